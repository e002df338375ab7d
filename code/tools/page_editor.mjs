// The editor of the exercise boxes: CodeMirror with Python, and the book's own classes for its colours.
//
// code/tools/vendor_page.py makes book/_static/page/editor.mjs of this file and of the packages that it imports.
import {defaultKeymap, history, historyKeymap} from "@codemirror/commands";
import {pythonLanguage} from "@codemirror/lang-python";
import {bracketMatching, indentUnit, syntaxHighlighting} from "@codemirror/language";
import {EditorState, StateEffect, StateField} from "@codemirror/state";
import {Decoration, EditorView, keymap, lineNumbers} from "@codemirror/view";
import {tagHighlighter, tags} from "@lezer/highlight";

// The classes that Pygments gives to the listings of the pages: the same palette, in light and in dark.
const colours = tagHighlighter([
  {tag: tags.definitionKeyword, class: "k"},
  {tag: [tags.keyword, tags.controlKeyword, tags.modifier, tags.self], class: "k"},
  {tag: [tags.moduleKeyword], class: "kn"},
  {tag: [tags.operatorKeyword], class: "ow"},
  {tag: [tags.bool, tags.null], class: "kc"},
  {tag: [tags.string, tags.special(tags.string)], class: "s2"},
  {tag: [tags.integer, tags.float, tags.number], class: "mi"},
  {tag: tags.comment, class: "c1"},
  {tag: [tags.operator, tags.arithmeticOperator, tags.definitionOperator, tags.compareOperator], class: "o"},
  {tag: tags.function(tags.definition(tags.variableName)), class: "nf"},
  {tag: tags.definition(tags.className), class: "nc"},
]);

// The line of which a message speaks; the mark goes when the reader changes the text.
const mark = StateEffect.define();
const wrong = Decoration.line({class: "wrong-line"});
const marked = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    let found = transaction.docChanged ? Decoration.none : value;
    for (const effect of transaction.effects) {
      if (!effect.is(mark)) continue;
      const inside = effect.value >= 1 && effect.value <= transaction.state.doc.lines;
      found = inside ? Decoration.set([wrong.range(transaction.state.doc.line(effect.value).from)]) : Decoration.none;
    }
    return found;
  },
  provide: (field) => EditorView.decorations.from(field),
});

// An editor in `place`. Tab is left to the browser, which goes to the next element of the page.
export const open = (place, {text, label, describedBy, selection, changed, run}) => {
  const pressed = () => { run(); return true; };
  const view = new EditorView({
    parent: place,
    state: EditorState.create({
      doc: text,
      selection,
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        marked,
        pythonLanguage,
        indentUnit.of("    "),
        syntaxHighlighting(colours),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({"aria-label": label, "aria-describedby": describedBy}),
        EditorView.updateListener.of((update) => { if (update.docChanged) changed(); }),
        keymap.of([
          {key: "Mod-Enter", run: pressed}, {key: "Ctrl-Enter", run: pressed}, ...defaultKeymap, ...historyKeymap,
        ]),
      ],
    }),
  });
  return {
    element: view.dom,
    text: () => view.state.doc.toString(),
    write: (text) => view.dispatch({changes: {from: 0, to: view.state.doc.length, insert: text}}),
    focus: () => view.focus(),
    mark: (line) => view.dispatch({effects: mark.of(line ?? 0)}),
  };
};
