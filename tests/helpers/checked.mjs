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
const {folders, files} = JSON.parse(read("python.json"));
["", ...folders].forEach((name) => mp.FS.mkdir(`/book/${name}`));
Object.entries(files).forEach(([name, text]) => mp.FS.writeFile(`/book/${name}`, text));
const began = performance.now();
mp.runPython('import sys; sys.path.insert(0, "/book")\nfrom browser.judge.worker_calls import check, run');
console.error(`imported in ${performance.now() - began} ms`);
const check = mp.globals.get("check");
const run = mp.globals.get("run");
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
