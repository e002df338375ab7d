// A cell for trying any line of the derivation: the chapter's minibatch and its values stand ready in it.
//
// There is one on a page. It opens below the step cell whose "try it" was pressed, with that cell's code, or before
// the exercises, where its text is what the reader left there.
import {deskFor, element, show} from "./desk.js";

const ABOUT = "Every value of the forward pass stands ready under its name, and its gradient under d and its name. "
  + "The value of the last line is shown.";

// The text of a listing as it was written.
const codeOf = (cell) => cell.querySelector(".cell_input pre")?.textContent.trimEnd() ?? "";

const opener = (words, press) => {
  const button = element("button", {type: "button", class: "try-it"}, words);
  button.addEventListener("click", press);
  return button;
};

const said = (result) => {
  if (result.sentence) return result;
  if (result.trace) return {...result, status: "failed", sentence: result.trace.trim().split("\n").pop()};
  return result.output ? result : {...result, sentence: "Nothing was printed, and the last line has no value."};
};

// chapter: whose values; exercise: the box above which it opens when no step cell asks for it.
export const scratch = (chapter, exercise) => {
  let [box, desk, from] = [null, null, null];

  const close = () => {
    desk.job?.stop();
    box.hidden = true;
    from.focus();
  };
  const make = () => {
    desk = deskFor({
      id: "scratch",
      label: "Scratch cell",
      start: "",
      task: () => ({kind: "run", sheet: `chapters/${chapter}`, source: desk.editor.text()}),
      done: (result) => show(desk, said(result)),
      changed: () => {},
      tools: [["Close", close]],
    });
    box = element("div", {class: "scratch", role: "group", "aria-label": "Scratch cell"},
      element("p", {class: "scratch-title"}, element("strong", {}, "Scratch. "), ABOUT), desk.root);
  };
  const open = (place, button, code) => {
    if (!box) make();
    from = button;
    desk.job?.stop();
    place.after(box);
    box.hidden = false;
    if (code) {
      desk.editor.write(code);
      show(desk, {});
    }
    desk.editor.focus();
  };
  for (const cell of document.querySelectorAll('div.cell[class*="tag_step:"]')) {
    const button = opener("try it", () => open(cell, button, codeOf(cell)));
    cell.append(button);
  }
  const button = opener("Open a scratch cell", () => open(button, button, ""));
  button.classList.add("open-scratch");
  exercise.before(button);
};
