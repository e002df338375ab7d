// What the browser keeps for the reader: the text of each exercise, and which are solved. All of it may fail.
const TEXT = "handgrad:text:";
const SOLVED = "handgrad:solved";

export const read = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

// Whether it could be kept.
export const write = (key, value) => {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
};

export const text = (name) => read(TEXT + name);
export const keepText = (name, value) => write(TEXT + name, value);

// {page: {solved: [names], of: how many the page has}}; a damaged record counts as none.
export const record = () => {
  try {
    const found = JSON.parse(read(SOLVED));
    return found && typeof found === "object" && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
};

const solvedOn = (page) => {
  const found = record()[page]?.solved;
  return Array.isArray(found) ? found : [];
};

export const isSolved = (page, name) => solvedOn(page).includes(name);

export const keepSolved = (page, name, of) => {
  const solved = [...new Set([...solvedOn(page), name])];
  return write(SOLVED, JSON.stringify({...record(), [page]: {solved, of}}));
};
