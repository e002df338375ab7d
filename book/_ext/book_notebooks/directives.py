"""Each directive of the chapters as markdown that any notebook shows."""

from collections.abc import Callable
from typing import NamedTuple

from book_exercises import directive as exercise
from book_network.where import stems
from handgrad.exercises import listing, sources
from handgrad.models.network import described
from handgrad.ops import catalogue

FOLD = "<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"
ELSEWHERE = {
    "map": "*On the book's page, the map of the network stands here.*",
    "ledger": "*On the book's page, the table of all gradients and how each was checked stands here.*",
}


class Directive(NamedTuple):
    """A directive as it stands in a chapter."""

    name: str
    argument: str
    options: dict[str, str]
    body: str


def written(directive: Directive, answers, convert: Callable) -> str:
    """The directive in words. Raises: ValueError if it is one that no notebook was given words for."""
    name = directive.name
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    if name not in WRITERS:
        raise ValueError(f"{answers.page}: the directive {{{name}}} has no form in a notebook: "
                         "give it one in book/_ext/book_notebooks/directives.py")
    return WRITERS[name](directive, answers, convert)


def math(directive: Directive, answers, convert) -> str:
    label = directive.options.get("label")
    return convert(f"$$\n{directive.body}\n$$" + (f" ({label})" if label else ""), answers)


def predict(directive: Directive, answers, convert) -> str:
    question, answer = convert(directive.argument, answers), convert(directive.body, answers)
    return f"**Predict.** {question}\n\n" + FOLD.format(summary="Show the answer", body=answer)


def fold(directive: Directive, answers, convert) -> str:
    title = convert(directive.argument, answers)
    return f"**{title}**\n\n" + FOLD.format(summary="Show", body=convert(directive.body, answers))


def admonition(directive: Directive, answers, convert) -> str:
    title = convert(directive.argument, answers) or directive.name.capitalize()
    lines = f"**{title}**\n\n{convert(directive.body, answers)}".splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines)


def where(directive: Directive, answers, convert) -> str:
    """The network in one line, the operation of this chapter in bold."""
    network = described(directive.options.get("network", "mlp"))
    lit = catalogue.treated_in(directive.argument, stems(network))
    return "*The network:* " + " → ".join(f"**{x.title}**" if x.stem == lit else x.title for x in network.layers)


def code_block(directive: Directive, answers, convert) -> str:
    fence = "````" if "```" in directive.body else "```"
    return f"{fence}{directive.argument}\n{directive.body}\n{fence}"


def literalinclude(directive: Directive, answers, convert) -> str:
    caption = directive.options.get("caption")
    code = answers.code(directive.argument, directive.options.get("pyobject"))
    return (f"*{caption}*\n\n" if caption else "") + f"```python\n{code}\n```"


def exercise_box(directive: Directive, answers, convert) -> str:
    """The task; its hints and its solution stay in the book."""
    found = listing.find(directive.argument)
    kind, task = exercise.KINDS[found.kind]
    parts = [
        f"**{kind}. {found.title}**", f"*{exercise.effort(found)}*",
        exercise.FIELDS.sub(r"\n**\1:**", sources.statement(found)), exercise.listing(found),
        "For example:", exercise.fenced("python", answers.example(found.name)),
        task.format(stem=found.stem), exercise.fenced("bash", f"handgrad check {found.name}"),
    ]
    return convert("\n\n".join(parts), answers)


WRITERS = {
    "math": math, "predict": predict, "fold": fold, "where": where, "exercise": exercise_box,
    "literalinclude": literalinclude, "code-block": code_block,
    "admonition": admonition, "note": admonition, "tip": admonition, "warning": admonition,
}
