// An editor with its buttons and the place where results are shown: what exercises and the scratch cell share.
import {run as running, warm} from "./runner.js";

const LEAST_ROWS = 3;
const mac = /Mac|iP(hone|ad|od)/.test(navigator.platform);

export const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
};

/* --- The editor -------------------------------------------------------------------------------------- */

// A text area at first, which needs nothing; the editor takes its place when it is first used.
const editorIn = (place, {start, label, keys, changed, run}) => {
  const area = element("textarea", {"aria-label": label, "aria-describedby": keys, spellcheck: "false",
    autocapitalize: "off", autocomplete: "off", autocorrect: "off", class: "desk-area"});
  const fit = () => { area.rows = Math.max(LEAST_ROWS, area.value.split("\n").length); };
  let [editor, asked] = [null, false];
  area.value = start;
  fit();
  area.addEventListener("input", () => { fit(); changed(); });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  });
  place.append(area);

  const change = ({open}) => {
    const selection = {anchor: area.selectionStart, head: area.selectionEnd};
    const focused = document.activeElement === area;
    editor = open(place, {text: area.value, label, describedBy: keys, selection, changed, run});
    area.remove();
    if (focused) editor.focus();
  };
  return {
    // What cannot be loaded is tried again at the next use; until then the text area does.
    upgrade: async () => {
      if (asked) return;
      asked = true;
      await import("./editor.mjs").then(change, () => { asked = false; });
    },
    text: () => (editor ? editor.text() : area.value),
    write: (text) => {
      if (editor) editor.write(text);
      else area.value = text;
      fit();
    },
    mark: (line) => editor?.mark(line),
    focus: () => (editor ?? area).focus(),
  };
};

/* --- Results -------------------------------------------------------------------------------------------- */

const number = (x) => {
  if (typeof x !== "number") return "\u2013";
  // As one would say it, where that is short: 1.9 and not 1.9e0.
  if (x >= 0.01 && x < 100) return String(Number(x.toPrecision(2)));
  return x ? x.toExponential(1).replace("-", "\u2212").replace("+", "") : "0";
};
const shape = (sizes) => `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;

// A problem that leaves no number is one of shape or dtype, and has a column of its own.
const isOdd = (row) => row.problem && typeof row.maxdiff !== "number";
const tableOf = (rows) => {
  const odd = rows.some(isOdd);
  const heads = ["name", "agrees", "largest difference", ...(odd ? ["shape"] : [])];
  const line = (row) => [
    element("th", {scope: "row"}, element("code", {}, row.name)),
    element("td", {class: row.agrees ? "agrees" : "differs"}, row.agrees ? "\u2713 yes" : "\u2717 no"),
    element("td", {}, number(row.maxdiff)),
    ...(odd ? [element("td", {}, isOdd(row) ? row.problem : shape(row.shape))] : []),
  ];
  return element("table", {class: "desk-table"},
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", {scope: "col"}, head)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...line(row)))));
};

const shown = (title, text) => (text?.trim()
  ? [element("p", {class: "desk-caption"}, title), element("pre", {tabindex: "0"}, text.replace(/\n$/, ""))]
  : []);

export const show = (desk, result, after = []) => {
  const sentence = result.sentence ? [element("p", {class: "desk-sentence"}, result.sentence, ...after)] : [];
  desk.said.replaceChildren(...sentence, ...(result.rows?.length ? [tableOf(result.rows)] : []));
  desk.more.replaceChildren(
    ...shown("Where the differences lie:", result.picture),
    ...shown("Your lines:", result.trace),
    ...shown("Printed:", result.output),
  );
  desk.root.dataset.status = result.status ?? "";
  desk.editor.mark(result.line);
};

/* --- The desk --------------------------------------------------------------------------------------------- */

const button = (name, press) => {
  const made = element("button", {type: "button", class: "desk-button"}, name);
  made.addEventListener("click", () => { if (made.getAttribute("aria-disabled") !== "true") press(); });
  return made;
};

const allow = (one, yes) => one.setAttribute("aria-disabled", String(!yes));

// task() says what to run, done(result) what comes of it; tools are further buttons, [name, what a press does].
export const deskFor = ({id, label, start, task, done, changed, tools}) => {
  const keys = `${id}-keys`;
  const desk = {job: null};
  const press = () => run(desk, task, done);
  desk.said = element("div", {role: "status", class: "desk-said"});
  desk.more = element("div", {class: "desk-more"});
  const place = element("div", {class: "desk-editor highlight"});
  desk.buttons = Object.fromEntries([
    ["Run", press], ["Stop", () => desk.job?.stop()], ...tools,
  ].map(([name, action]) => [name, button(name, action)]));
  allow(desk.buttons.Stop, false);
  const note = `${mac ? "\u2318" : "Ctrl"}+Enter runs. Tab leaves the editor; ${mac ? "\u2318" : "Ctrl"}+] and `
    + `${mac ? "\u2318" : "Ctrl"}+[ move a line in and out.`;
  desk.notice = element("p", {class: "desk-notice", role: "status"});
  desk.root = element("div", {class: "desk"}, place,
    element("div", {class: "desk-buttons"}, ...Object.values(desk.buttons)),
    element("p", {class: "desk-keys", id: keys}, note), desk.notice, desk.said, desk.more);
  desk.editor = editorIn(place, {start, label, keys, changed, run: press});
  desk.root.addEventListener("focusin", () => {
    desk.editor.upgrade();
    if (!desk.job) warm(task().sheet);
  });
  return desk;
};

const run = async (desk, task, done) => {
  if (desk.job) return;
  let printed = "";
  const say = (text) => desk.said.replaceChildren(element("p", {class: "desk-sentence"}, text));
  desk.job = running(task(), {
    loading: () => say("Loading the page's Python, less than half a megabyte, once\u2026"),
    started: () => { if (desk.said.textContent.startsWith("Loading")) say("Running\u2026"); },
    printed: (text) => { printed += text; },
  });
  desk.root.dataset.status = "running";
  allow(desk.buttons.Run, false);
  allow(desk.buttons.Stop, true);
  const result = await desk.job.done;
  desk.job = null;
  allow(desk.buttons.Run, true);
  allow(desk.buttons.Stop, false);
  done({...result, output: result.output || printed});
};
