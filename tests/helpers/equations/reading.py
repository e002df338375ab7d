"""From the TeX of an equation to its tree."""

import functools
from fractions import Fraction
from pathlib import Path

from lark import Lark, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, VisitError

from equations import tree


class Unreadable(ValueError):
    """The TeX is not in the language of the book's gradients."""


class Build(Transformer):
    """One method for each rule of the grammar."""

    def equation(self, parts):
        left, *sides = parts
        return tree.Equation(left, tuple(sides))

    def negative(self, parts):
        return tree.Negative(*parts)

    def plus(self, parts):
        return tree.Plus(tuple(parts))

    def times(self, parts):
        return tree.Times(tuple(parts))

    def sum(self, parts):
        over, *conditions, body = parts
        return tree.Sum(over if isinstance(over, tuple) else (over,), body, *conditions)

    def over(self, parts):
        return tuple(parts)

    def power(self, parts):
        return tree.Power(*parts)

    def fraction(self, parts):
        return tree.Over(*parts)

    def over_slash(self, parts):
        return tree.Over(*parts)

    def gradient(self, parts):
        return tree.Gradient(*parts)

    def spelt_out(self, parts):
        loss, entry = parts
        if loss != "L":
            raise Unreadable(f"a gradient is that of L, not of {loss}")
        return tree.Gradient(entry)

    def cases(self, parts):
        return tree.Cases(tuple(parts))

    def case(self, parts):
        return tree.Case(*parts)

    def condition(self, parts):
        left, right = parts
        return tree.Condition(left, True, right)

    def exclusion(self, parts):
        left, right = parts
        return tree.Condition(left, False, right)

    def otherwise(self, _):
        return tree.Otherwise()

    def delta(self, parts):
        left, right = (tree.Entry(part) if isinstance(part, str) else part for part in parts)
        return tree.Condition(left, True, right)

    def argmax(self, parts):
        return tree.Argmax(*parts)

    def maximum(self, parts):
        return tree.Max(*parts)

    def function(self, parts):
        name, of = parts
        return tree.Function(name.removeprefix("\\"), of)

    def entry(self, parts):
        letter, *indices = parts
        return tree.Entry(str(letter), tuple(indices))

    chosen = entry

    def index(self, parts):
        return "".join(parts)

    def symbol(self, parts):
        return tree.Entry(str(parts[0]))

    def plain(self, parts):
        return str(parts[0])

    def hat(self, parts):
        return rf"\hat {parts[0]}"

    def number(self, parts):
        return tree.Number(Fraction(parts[0]))

    digit = top = number


@functools.cache
def parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf8")
    return Lark(grammar, parser="lalr", start=["equation", "entry"])


def read(tex: str, label: str = "", line: int = 1, start: str = "equation") -> tree.Node:
    """The tree of an equation that begins in this line of its file; Unreadable names label, line and column."""
    try:
        return Build().transform(parser().parse(tex, start=start))
    except UnexpectedInput as error:
        what = tex[error.pos_in_stream:][:12] if isinstance(error, UnexpectedCharacters) else str(error.token)
        place = f"line {line + error.line - 1}, column {error.column}" if error.line > 0 else "its end"
        raise Unreadable(f"{label} cannot be read at {place}: {what!r}") from None
    except VisitError as error:
        raise Unreadable(f"{label}, from line {line}: {error.orig_exc}") from None
