// The page's Python: MicroPython with the torch-shaped module and the judge of the `handgrad` command.
//
// Told {kind: "warm", sheet} it loads, reads the sheet and is ready; told {kind: "check", sheet, source} or
// {kind: "run", chapter, source} it answers {kind: "started"} when the reader's lines begin, {kind: "printed", text} as
// they print, and {kind: "done", result}, or {kind: "failed", sentence} where something could not be loaded. Whoever
// started it ends it when it takes too long: nothing else stops a loop without an end.
const HERE = new URL("./", import.meta.url);
const KEPT = 10_000;  // bytes of what is printed, as in handgrad/exercises/sandbox/output.py
const FIRST_LINES = 100;
const HEAP = 2 << 20;  // it grows where a program needs more
const STACK = 16 << 10;
const BEGIN = `import sys
sys.path.insert(0, "/book")
from browser.judge.worker_calls import check, ready, run
`;

/* --- What it loads ---------------------------------------------------------------------------- */

const fetched = async (path) => {
  const response = await fetch(new URL(path, HERE));
  if (!response.ok) throw new Error(`${path} (${response.status})`);
  return response;
};

// What torch computed when the book was built: JSON that says what there is, and the numbers behind one another.
const sheets = new Map();
const sheet = (path) => {
  if (!sheets.has(path)) {
    const parts = [fetched(`${path}.json`).then((r) => r.text()), fetched(`${path}.bin`).then((r) => r.arrayBuffer())];
    sheets.set(path, Promise.all(parts));
    sheets.get(path).catch(() => sheets.delete(path));
  }
  return sheets.get(path);
};

// In the middle of Python's work nothing can be waited for, and a worker may fetch without waiting.
const atOnce = (path, type) => {
  const request = new XMLHttpRequest();
  request.open("GET", new URL(path, HERE), false);
  request.responseType = type;
  request.send();
  if (request.status !== 200) throw new Error(`${path} (${request.status})`);
  return request.response;
};

/* --- What is printed ---------------------------------------------------------------------------- */

const printed = {bytes: [], length: 0, told: 0, lines: 0, at: 0};

const begin = () => Object.assign(printed, {bytes: [], length: 0, told: 0, lines: 0, at: 0});

const tell = () => {
  const text = new TextDecoder().decode(Uint8Array.from(printed.bytes.slice(printed.told)));
  printed.told = printed.bytes.length;
  postMessage({kind: "printed", text});
};

const take = (bytes) => {
  for (const byte of bytes) {
    printed.length += 1;
    if (printed.bytes.length >= KEPT) continue;
    printed.bytes.push(byte);
    if (byte !== 10 && printed.bytes.length < KEPT) continue;
    // The page must have it before the worker is ended; a flood is told in few messages.
    const now = performance.now();
    if (++printed.lines > FIRST_LINES && now - printed.at < 50) continue;
    printed.at = now;
    tell();
  }
};

const output = () => {
  const text = new TextDecoder().decode(Uint8Array.from(printed.bytes));
  const left = printed.length - printed.bytes.length;
  return left ? `${text}\n[${left.toLocaleString("en")} more bytes were printed and are not shown]\n` : text;
};

/* --- Python --------------------------------------------------------------------------------------- */

const install = (fs, {folders, files}) => {
  const coder = new TextEncoder();
  ["", ...folders].forEach((folder) => fs.mkdir(`/book/${folder}`));
  // Of a text it would make a list of numbers first, and of bytes a copy.
  Object.entries(files).forEach(([path, text]) => fs.writeFile(`/book/${path}`, coder.encode(text), {canOwn: true}));
};

const start = async () => {
  const python = fetched("python.json").then((r) => r.json());
  const runtime = import("./micropython.mjs").then(({loadMicroPython}) =>
    loadMicroPython({heapsize: HEAP, pystack: STACK, linebuffer: false, stdout: take, stderr: take}));
  const [found, mp] = await Promise.all([python, runtime]);
  install(mp.FS, found);
  mp.runPython(BEGIN);
  return mp;
};

let ready = null;
const python = () => {
  ready ??= start();
  ready.catch(() => { ready = null; });
  return ready;
};

const work = {
  check: (mp, {sheet: path, source}, text) => {
    const mistakes = () => {
      mp.FS.writeFile("/mistakes.bin", new Uint8Array(atOnce(`${path}.mistakes.bin`, "arraybuffer")));
      return atOnce(`${path}.mistakes.json`, "text");
    };
    return mp.globals.get("check")(source, text, mistakes);
  },
  run: (mp, {source}, text) => mp.globals.get("run")(source, text),
};

const answer = async (task) => {
  const [mp, [text, data]] = await Promise.all([python(), sheet(task.sheet)]);
  mp.FS.writeFile("/sheet.bin", new Uint8Array(data));
  if (task.kind === "warm") {
    // A chapter's values are read as lines name them.
    if (task.sheet.startsWith("sheets/")) mp.globals.get("ready")(text);
    return;
  }
  begin();
  postMessage({kind: "started"});
  const result = JSON.parse(work[task.kind](mp, task, text));
  postMessage({kind: "done", result: {...result, output: result.output || output()}});
};

addEventListener("message", ({data: task}) => {
  answer(task).catch((error) => {
    if (task.kind === "warm") return;  // the reader has asked for nothing yet
    const inside = error.name === "PythonError";
    const sentence = inside ? `The page's own Python failed: ${error.message.trim().split("\n").pop()}`
      : `The page's Python could not be loaded: ${error.message}. Is there a network? Run tries again.`;
    postMessage({kind: "failed", sentence});
  });
});
