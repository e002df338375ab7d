// Cells: which of two values belong together, and the numbers that their bytes stand for. Tested against autograd.

// The letters of a cell: {B: 3, H: 17}. Cells are numbered by rows, the last letter fastest.
const placeOf = (data, name, cell) => {
  const place = {};
  for (const letter of [...data.values[name].letters].reverse()) {
    place[letter] = cell % data.sizes[letter];
    cell = Math.floor(cell / data.sizes[letter]);
  }
  return place;
};

const cellOf = (data, name, place) =>
  data.values[name].letters.reduce((cell, letter) => cell * data.sizes[letter] + place[letter], 0);

// The cells of `other` that belong to a cell of `name`, along the edge start -> end that joins the two: those
// that agree in every letter that both have and, where a letter is looked up, in what the index says.
const related = (data, start, end, name, cell) => {
  const other = name === start ? end : start;
  const rule = data.lookups.find(([from, to]) => from === start && to === end);
  const own = placeOf(data, name, cell);
  const count = data.values[other].letters.reduce((product, letter) => product * data.sizes[letter], 1);
  const found = [];
  for (let i = 0; i < count; i++) {
    const its = placeOf(data, other, i);
    if (!Object.keys(its).every((letter) => !(letter in own) || own[letter] === its[letter])) continue;
    if (rule) {
      const [, , letter, index] = rule;
      const from = name === start ? own : its;
      const at = cellOf(data, index, {...own, ...its});
      if (data.cells[data.values[index].value.cells][at] !== from[letter]) continue;
    }
    found.push(i);
  }
  return found;
};

const decode = (data) => {
  data.cells = data.cells.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
  return data;
};

const number = (heat, byte) => {
  if (heat.kind === "index") return byte;
  return heat.kind === "positive" ? (byte / 255) * heat.limit : ((byte - 128) / 127) * heat.limit;
};
