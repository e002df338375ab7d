// The exercises of a page, done in the page: each box gains an editor, and says what the `handgrad` command says.
import * as kept from "./kept.js";
import {deskFor, element, show} from "./desk.js";
import {download, parts} from "./download.js";
import {scratch} from "./scratch.js";

const HERE = new URL("./", import.meta.url);
const PAGE = location.pathname.split("/").pop().replace(/\.html$/, "");
const boxes = [...document.querySelectorAll(".exercise[data-exercise]")];

/* --- Where to read, and which hint --------------------------------------------------------------------- */

// A place is written CHAPTER#ANCHOR; on this page the link is called after its heading.
const linkTo = (place) => {
  const [page, anchor] = place.split("#");
  const heading = page === PAGE && document.getElementById(anchor)?.querySelector("h1, h2, h3, h4");
  const copy = heading ? heading.cloneNode(true) : null;
  copy?.querySelectorAll(".headerlink, .katex-mathml").forEach((part) => part.remove());
  const href = page === PAGE ? `#${anchor}` : new URL(`../../book/${page}.html#${anchor}`, HERE);
  return element("a", {href}, copy ? copy.textContent : "the section");
};

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

// Whether a hint is headed by what was said: as handgrad/exercises/hints.py has it.
const meets = (when, said) => {
  const straight = when.replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"');  // the page has curly quotes
  const pattern = straight.split(/(\([^()]*\))/).map((word) =>
    (word.startsWith("(") ? escaped(word).replace(/\b[A-Z]\b/g, "\\d+") : escaped(word))).join("");
  return new RegExp(pattern, "i").test(said.replace(/ \(\d+\)/g, ""));
};

/* --- One exercise ------------------------------------------------------------------------------------------- */

let warned = null;  // the one whose notice stays
const unkept = (desk) => {
  if (warned) return;
  warned = desk;
  desk.notice.textContent = "This browser keeps nothing for this page: your text goes when you leave. "
    + "Download saves it.";
};

// What was said of an earlier press: it would be wrong of the answer that stands there now.
const hush = (desk) => { if (warned !== desk) desk.notice.textContent = ""; };

const live = (box) => {
  const {exercise: name, stem} = box.dataset;
  const [first, , rest] = parts(box.querySelector("template.exercise-start").content.textContent);
  const stub = (first + rest).trimEnd();
  const title = box.querySelector(".exercise-title");
  const hints = [...box.querySelectorAll("details.hint")];
  const solution = box.querySelector("details.solution");
  let [saving, said, asked] = [0, "", false];

  const save = () => {
    clearTimeout(saving);
    const text = desk.editor.text();
    if (!kept.keepText(name, text === stub ? null : text)) unkept(desk);
  };
  const markSolved = () => {
    if (title.querySelector(".solved")) return;
    title.append(" ", element("span", {class: "solved"}, "\u2713 solved"));
    box.classList.add("is-solved");
  };
  const done = (result) => {
    said = `${result.sentence ?? ""}\n${result.trace ?? ""}`;
    hush(desk);
    const read = result.section && ["wrong", "failed"].includes(result.status);
    const stop = /[.!?:]$/.test(result.sentence ?? "") ? " " : ". ";
    show(desk, result, read ? [`${stop}Read `, linkTo(result.section), "."] : []);
    if (result.status !== "right") return;
    markSolved();
    if (!kept.keepSolved(PAGE, name, boxes.length)) unkept(desk);
    document.dispatchEvent(new Event("progress"));
  };
  const reset = () => {
    desk.editor.write(stub);
    desk.editor.mark(null);
    hush(desk);
    save();
    show(desk, {sentence: "The function is as it came."});
  };
  const hint = () => {
    const closed = hints.filter((one) => !one.open);
    const next = closed.find((one) => meets(one.querySelector("summary").textContent, said)) ?? closed[0];
    if (!next) {
      desk.notice.textContent = hints.length ? "All hints are open." : "This exercise has no hint.";
      return;
    }
    next.open = true;
    next.querySelector("summary").focus();
  };
  const solve = () => {
    if (!box.classList.contains("is-solved") && !asked) {
      asked = true;
      desk.notice.textContent = "Your function does not agree yet. Press Solution again to see one.";
      return;
    }
    desk.notice.textContent = "";
    box.classList.add("shows-solution");
    solution.open = true;
    solution.querySelector("summary").focus();
  };

  const desk = deskFor({
    id: box.id,
    label: `Your answer: ${name}`,
    start: kept.text(name) ?? stub,
    task: () => ({kind: "check", sheet: `sheets/${name}`, source: desk.editor.text()}),
    done,
    changed: () => {
      clearTimeout(saving);
      saving = setTimeout(save, 300);
    },
    tools: [
      ["Reset", reset], ["Hint", hint], ["Solution", solve],
      ["Download", async () => { desk.notice.textContent = await download(stem, {[name]: desk.editor.text()}); }],
    ],
  });
  addEventListener("pagehide", () => { if (saving) save(); });
  if (kept.isSolved(PAGE, name)) markSolved();
  const imports = element("p", {class: "desk-imports"}, "Imported: ", element("code", {}, box.dataset.imports));
  if (box.dataset.imports) desk.root.prepend(imports);
  box.insertBefore(desk.root, box.querySelector(":scope > :is(.exercise-hints, details)") ?? box.lastElementChild);
  box.classList.add("live");
};

// chapter: whose values the scratch cell has; without one the page has none.
export const begin = (chapter) => {
  boxes.forEach(live);
  if (chapter) scratch(chapter, boxes[0]);
};
