// The file that `handgrad check` reads, made of the chapter's stubs and of what the reader has written in the page.
import * as kept from "./kept.js";
import {element} from "./desk.js";

const HERE = new URL("./", import.meta.url);

// The text of a function, up to the next thing at the margin.
const functionIn = (file, name) => {
  const start = file.search(new RegExp(`^def ${name}\\b`, "m"));
  const next = file.slice(start + 1).search(/^(def|class|async|@|import|from)\b/m);
  return file.slice(start, next < 0 ? undefined : start + 1 + next);
};

// The reader's function in the place of the one of this name.
const merged = (file, name, text) => {
  const old = functionIn(file, name);
  const at = file.indexOf(old);
  const after = file.slice(at + old.length);
  return `${file.slice(0, at)}${text.trim()}\n${after.trim() ? `\n\n${after}` : ""}`;
};

// A stub in three parts; its docstring stands above the editor as the statement, and goes into the file again.
export const parts = (stub) => stub.match(/^([\s\S]*?:\n)( +"""[\s\S]*?"""\n)([\s\S]*)$/)?.slice(1) ?? [stub, "", ""];

const withStatement = (text, stub) => {
  const [first, doc] = parts(stub);
  const rest = text.slice(first.length);
  return doc && text.startsWith(first) && !rest.trimStart().startsWith('"""') ? first + doc + rest : text;
};

// Give the reader the file of a chapter with the answers kept here in it, `own` among them; what to say of it.
export const download = async (stem, own) => {
  try {
    const response = await fetch(new URL(`files/${stem}.py`, HERE));
    if (!response.ok) throw new Error(response.status);
    let file = await response.text();
    for (const [, name] of file.matchAll(/^def (\w+)/gm)) {
      const text = name in own ? own[name] : kept.text(name);
      if (text?.trim()) file = merged(file, name, withStatement(text, functionIn(file, name)));
    }
    const address = URL.createObjectURL(new Blob([file], {type: "text/x-python"}));
    const link = element("a", {href: address, download: `${stem}.py`});
    link.click();
    URL.revokeObjectURL(address);
    return `${stem}.py holds all exercises of this chapter: put it into the folder exercises.`;
  } catch {
    return "The file could not be made: the page is not connected to its server.";
  }
};
