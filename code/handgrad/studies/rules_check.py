"""Running the rules: each backward line against autograd of its forward line, and the table that shows them."""

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.check import comparison
from handgrad.models.mlp.values import CORRECTION, EPS
from handgrad.ops import catalogue
from handgrad.studies.rules import SIZES, Input, Rule
from handgrad.support.markdown import Markdown, code, size
from handgrad.support.markdown import table as markdown_table

TITLES = catalogue.TITLES | {"batchnorm_fused": "batch norm, one line", "vjp": "gradients of tensors"}
SOFTMAX = ("grad-softmax-dlogits", "grad-softmax-cross-entropy-dlogits")


def draw(given: Input, generator: torch.Generator) -> Tensor:
    """A value for an input, in float64; of indices the first two are equal, so that sharing a row is seen.

    Shapes: result as the input says, with the sizes of SIZES.
    """
    shape = [int(SIZES.get(letter, letter)) for letter in given.shape]
    if given.kind == "index":
        codes = torch.randint(0, SIZES["V"], shape, generator=generator)
        codes.view(-1)[1] = codes.view(-1)[0]
        return codes
    drawn = torch.randn(shape, generator=generator, dtype=torch.float64)
    return drawn.abs() + 0.5 if given.kind == "positive" else drawn


def gradients(rule: Rule, seed: int = 0) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The gradients by name, from the backward lines and from autograd, for a random upstream gradient.

    Raises: NameError if the backward lines leave out the gradient of an input.
    """
    generator = torch.Generator().manual_seed(seed)
    inputs = {given.name: draw(given, generator) for given in rule.inputs}
    leaves = {name: value.requires_grad_() for name, value in inputs.items() if value.is_floating_point()}
    space = SIZES | {"torch": torch, "F": F, "eps": EPS, "k": CORRECTION} | inputs
    run(rule.forward, space)
    output = space[output_of(rule)]
    upstream = torch.randn(output.shape, generator=generator, dtype=output.dtype)
    expected = torch.autograd.grad(output, list(leaves.values()), upstream)
    plain = {name: value.detach() if isinstance(value, Tensor) else value for name, value in space.items()}
    plain[f"d{output_of(rule)}"] = upstream
    run(rule.backward, plain)
    missing = [f"d{name}" for name in leaves if f"d{name}" not in plain]
    if missing:
        raise NameError(f"{rule.name}: no backward line makes {', '.join(missing)}")
    return {name: plain[f"d{name}"] for name in leaves}, dict(zip(leaves, expected, strict=True))


def run(lines: Iterable[str], space: dict) -> None:
    """Run lines, with the names in `space`, where what they make is kept."""
    for line in lines:
        exec(line, space)


def output_of(rule: Rule) -> str:
    """The name that the last forward line makes."""
    return rule.forward[-1].partition(" =")[0].partition(",")[0]


def check(rules: Iterable[Rule], seed: int = 0) -> list[comparison.Row]:
    """Run rules, and give a row for each gradient.

    Raises: GradientMismatch, naming the rule, if a gradient is wrong; NameError as gradients.
    """
    rows = []
    for rule in rules:
        for row in comparison.judge(*gradients(rule, seed)):
            if not row.agrees:
                raise comparison.GradientMismatch(f"{rule.name}: {row.problem}")
            rows.append(row._replace(name=f"{row.name}, {rule.name}"))
    return rows


def table(rules: Iterable[Rule]) -> Markdown:
    """The rules: what goes in, where the gradient is derived, and the lines."""
    return markdown_table(("operation", "forward", "backward"), (
        (f"{rule.name}<br>{shapes(rule)}<br>{links(rule)}", lines(rule.forward), lines(rule.backward))
        for rule in rules
    ))


def shapes(rule: Rule) -> str:
    """The inputs and their shapes."""
    return "; ".join(
        f"`{given.name}`\N{NO-BREAK SPACE}{size(given.shape)}" for given in rule.inputs
    )


def lines(written: Iterable[str]) -> str:
    """Lines of code in one cell of a table."""
    return "<br>".join(map(code, written))


def links(rule: Rule) -> str:
    """Chapters with the numbers of their equations; a section where no equation is labelled."""
    places: dict[str, list[str]] = {}
    if rule.place:
        places[rule.place] = []
    for label in rule.labels:
        places.setdefault(f"{chapter(label)}.md", []).append(f"{{eq}}`{label}`")
    return ", ".join(
        " ".join([f"[{TITLES[place.partition('.')[0]]}](./{place})", *equations])
        for place, equations in places.items()
    )


def chapter(label: str) -> str:
    """The chapter of a labelled gradient: the longest stem that the label begins with."""
    stems = sorted(TITLES, key=len, reverse=True)
    found = label.removeprefix("grad-").replace("-", "_")
    return "softmax" if label in SOFTMAX else next(stem for stem in stems if found.startswith(f"{stem}_d"))
