"""`{exercise} NAME`: the box of one exercise, from its definition, its stub and its solution.

Nothing about an exercise is written in a chapter but its name. The statement is the docstring, the example is
computed, each hint is folded under the message that the reader will see, and the solution is included from
its file; the function that is to be mended, where the exercise is to find a bug, is made from it. The box carries
`data-exercise="NAME"`, and {ref}`exercise-NAME` leads to it. What book/_static/page/boxes.js needs to make an
editor of it stands in the box too, and is not seen: the stub, and the imports of its file.

    ```{exercise} dcounts_of_probs
    ```
"""

import ast
import re
from html import escape

from docutils import nodes

from book_exercises.examples import example
from book_prose.fold import Parsing, folded
from handgrad.exercises import chapter_texts, sources
from handgrad.exercises import listing as catalogue

# How the title begins, and what is to be done in which file, by the kind of the exercise.
WRITE = "On your own machine, write yours in `exercises/{stem}.py`, then run"
KINDS = {
    "code": ("Write it", WRITE),
    # That one line is wrong is said by the statement, above the lines.
    "bug": ("Find the bug", "On your own machine, mend it in `exercises/{stem}.py`, then run"),
    "further": ("Go further", WRITE),
}
# Above the hints, whose heads are pieces of sentences.
HINTS = "Hints. Open the one whose head is part of what the check says."
FIELDS = re.compile(r"^(Shapes|Raises|Source|Returns):", re.MULTILINE)


class exercise_box(nodes.General, nodes.Element):
    """The box; attributes: name, title, stem, and for the editor the stub and the imports."""


class Exercise(Parsing):
    """The directive; see the module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        try:
            found = catalogue.find(self.arguments[0])
        except catalogue.UnknownExercise as error:
            raise self.error(str(error)) from None
        for source in (sources.solution_file(found.stem), chapter_texts.path(found.source)):
            self.env.note_dependency(str(source))
        label = f"exercise-{found.name}"  # Sphinx looks for a label in lower case
        box = exercise_box("", name=found.name, title=found.title, stem=found.stem, ids=[nodes.make_id(label)],
                           start=sources.stub(found), imports="; ".join(sources.imports(found.stem)))
        box.extend(self.content_of(found))
        standard = self.env.get_domain("std")
        standard.note_hyperlink_target(label.lower(), self.env.docname, box["ids"][0], found.title)
        return [box]

    def content_of(self, found) -> list[nodes.Node]:
        """Title, statement, the function as it stands, example, hints, solution, command."""
        kind, task = KINDS[found.kind]
        title = nodes.paragraph(
            "", "", nodes.strong("", f"{kind}. "), *self.inline(found.title), classes=["exercise-title"]
        )
        statement = FIELDS.sub(r"\n**\1:**", sources.statement(found))
        given = example(self.env.app, found.name)
        return [
            title,
            nodes.paragraph("", effort(found), classes=["exercise-effort"]),
            *self.blocks(statement),
            *with_class(self.blocks(listing(found)), "exercise-stub"),
            *self.blocks(f"For example:\n\n{fenced('python', given)}"),
            *([nodes.paragraph("", HINTS, classes=["exercise-hints"])] if found.hints else []),
            *(folded(self.inline(hint.when), self.blocks(hint.text), "hint") for hint in found.hints),
            folded([nodes.Text("Show a solution")], self.blocks(included(found)), "solution"),
            *self.blocks(f"{task.format(stem=found.stem)}\n\n{fenced('bash', f'handgrad check {found.name}')}"),
        ]


def with_class(blocks: list[nodes.Node], name: str) -> list[nodes.Node]:
    """The nodes, each with a class: the editor stands in their place."""
    for block in blocks:
        block["classes"].append(name)
    return blocks


def effort(found) -> str:
    """Difficulty, importance and time, in words."""
    scales = f"Difficulty {found.difficulty} of 5, importance {found.importance} of 5"
    return f"{scales}, about {found.minutes} minutes."


def fenced(language: str, code: str) -> str:
    """A code block in MyST."""
    return f"```{{code-block}} {language}\n{code}\n```"


def listing(found) -> str:
    """What the reader begins with: the first line, or the whole function where it is to be mended."""
    return fenced("python", without_docstring(found) if found.kind == "bug" else sources.signature(found))


def without_docstring(found) -> str:
    """The stub without the statement, which stands above it in the box and is wider."""
    text = sources.stub(found)
    first, doc = around_docstring(text)
    lines = text.splitlines()
    return "\n".join([*lines[:first], *lines[doc:]])


def included(found) -> str:
    """The solution, included from its file, without the statement."""
    first, doc = around_docstring(sources.solution(found))
    path, lines = f"/code/solutions/{found.stem}.py", f"1-{first},{doc + 1}-"
    return f"```{{literalinclude}} {path}\n:language: python\n:pyobject: {found.name}\n:lines: {lines}\n```"


def around_docstring(source: str) -> tuple[int, int]:
    """In a function with a docstring, the line above it and its last line, from 1."""
    doc = ast.parse(source).body[0].body[0]
    return doc.lineno - 1, doc.end_lineno


def visit_html(translator, node: exercise_box) -> None:
    attributes = {"data-exercise": node["name"], "data-stem": node["stem"], "data-imports": node["imports"],
                  "role": "group", "aria-label": f"Exercise: {node['title']}"}
    translator.body.append(translator.starttag(node, "div", CLASS="exercise", **attributes))


def depart_html(translator, node: exercise_box) -> None:
    translator.body.append(f'<template class="exercise-start">{escape(node["start"])}</template></div>\n')


def nothing(translator, node: exercise_box) -> None:
    """In LaTeX the box is its content."""


def setup(app) -> dict:
    app.setup_extension("book_prose.fold")
    app.add_node(exercise_box, html=(visit_html, depart_html), latex=(nothing, nothing))
    app.add_directive("exercise", Exercise)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
