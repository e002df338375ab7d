// Judges answers with the page's Python in node: the folder has python.json, sheets/ and cases.json.
// Prints a line of JSON for each case: the verdict, and how many milliseconds of the processor it took.
import fs from "node:fs";
import path from "node:path";
import {pathToFileURL} from "node:url";

const [runtime, folder] = process.argv.slice(2);
const {loadMicroPython} = await import(pathToFileURL(path.resolve(runtime)));
let printed = "";
const take = (line) => { printed += `${line}\n`; };
const mp = await loadMicroPython({heapsize: 8 << 20, pystack: 16 << 10, stdout: take, stderr: take, linebuffer: true});
const read = (name) => fs.readFileSync(path.join(folder, name));
const {modules} = JSON.parse(read("python.json"));
const names = Object.keys(modules);
const make = (name) => { if (!mp.FS.analyzePath(name).exists) mp.FS.mkdir(name); };
make("/book");
for (const name of names) {
  const parts = name.split(".");
  parts.slice(0, -1).forEach((_, i) => make(`/book/${parts.slice(0, i + 1).join("/")}`));
  const whole = names.some((other) => other.startsWith(`${name}.`));
  if (whole) make(`/book/${parts.join("/")}`);
  mp.FS.writeFile(`/book/${parts.join("/")}${whole ? "/__init__" : ""}.py`, modules[name]);
}
const began = performance.now();
mp.runPython(`
import sys
sys.path.insert(0, "/book")
from handgrad.page import entry
def _bytes(path):
    with open(path, "rb") as file:
        return file.read()
def _check(source, sheet, fetch):
    return entry.check(source, sheet, _bytes("/sheet.bin"), lambda: (fetch(), _bytes("/mistakes.bin")))
def _run(source, chapter):
    return entry.run(source, chapter, _bytes("/sheet.bin"))
`);
console.error(`imported in ${performance.now() - began} ms`);
const check = mp.globals.get("_check");
const run = mp.globals.get("_run");
for (const {kind, sheet, source} of JSON.parse(read("cases.json"))) {
  const text = read(`${sheet}.json`).toString();
  mp.FS.writeFile("/sheet.bin", read(`${sheet}.bin`));
  const mistakes = () => {
    mp.FS.writeFile("/mistakes.bin", read(`${sheet}.mistakes.bin`));
    return read(`${sheet}.mistakes.json`).toString();
  };
  printed = "";
  const start = process.cpuUsage();
  const result = JSON.parse(kind === "run" ? run(source, text) : check(source, text, mistakes));
  console.log(JSON.stringify({...result, output: printed, ms: process.cpuUsage(start).user / 1000}));
}
