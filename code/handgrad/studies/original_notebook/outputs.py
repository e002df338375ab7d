"""What the notebook this book grew from printed, beside what the same lines print here."""

import os
import textwrap
from pathlib import Path
from typing import NamedTuple

import torch
from tabulate import tabulate
from torch import Tensor

from handgrad.data import names
from handgrad.data.example import GAIN_SEED
from handgrad.data.fetch import SHA256
from handgrad.studies.original_notebook import notebook_lines
from handgrad.support import digest

PRINTED = {
    "names": "32033",
    "first eight": "emma olivia ava isabella sophia charlotte mia amelia",
    "codes": notebook_lines.LETTERS,
    "vocabulary": "27",
    "train": "(182625, 3)",
    "dev": "(22655, 3)",
    "test": "(22866, 3)",
    "parameters": "4137",
    "minibatch": "32",
    "loss": "3.3322",
    "dlogits exact": "False",
    "dlogits approximate": "True",
    "dlogits maxdiff": "1.862645149230957e-09",
}


class Line(NamedTuple):
    """One printed thing; `here` is empty where it takes the file of names to say."""

    what: str
    printed: str
    here: str


class Spread(NamedTuple):
    """The losses over many seeds of gain and bias; `below` is the share of them below the notebook's loss."""

    seeds: int
    mean: float
    std: float
    below: float


class Report(NamedTuple):
    """What `handgrad notebook` shows: the lines, the losses over many seeds, the kernels, and the file."""

    lines: list[Line]
    spread: Spread
    kernels: str
    file: Path | None
    same_file: bool


def report(path: str | os.PathLike | None = None, seeds: int = 2000) -> Report:
    """Run the notebook's lines; on its own minibatch whichever file, or none, is given.

    Raises: as names.load; ValueError if seeds is less than 2.
    """
    file = None if path is None else names.locate(path)
    data = None if file is None else names.load(file)
    same_file = file is not None and digest.of_file(file) == SHA256
    params, drawn = notebook_lines.draw(data if same_file else None)
    context, targets = drawn or notebook_lines.windows()
    logits, loss = notebook_lines.forward(params, context, targets)
    here = (from_names(data) if data else {}) | {
        "parameters": str(sum(p.numel() for p in params)),
        "minibatch": str(len(targets)),
        "loss": f"{loss.item():.4f}",
    } | judged(notebook_lines.dlogits(logits.detach(), targets), torch.autograd.grad(loss, logits)[0])
    lines = [Line(what, printed, here.get(what, "")) for what, printed in PRINTED.items()]
    spread = measure(notebook_lines.losses(context, targets, seeds))
    return Report(lines, spread, torch.backends.cpu.get_cpu_capability(), file, same_file)


def from_names(data: names.Data) -> dict[str, str]:
    """What the first cells print: they need nothing but the names."""
    return {
        "names": str(len(data.words)),
        "first eight": " ".join(data.words[:8]),
        "codes": data.vocabulary,
        "vocabulary": str(len(data.vocabulary)),
    } | {part: str(tuple(getattr(data, part).context.shape)) for part in ("train", "dev", "test")}


def judged(got: Tensor, expected: Tensor) -> dict[str, str]:
    """What the notebook's cmp prints, except for the shape."""
    return {
        "dlogits exact": str(torch.equal(got, expected)),
        "dlogits approximate": str(torch.allclose(got, expected)),
        "dlogits maxdiff": str((got - expected).abs().max().item()),
    }


def measure(found: Tensor) -> Spread:
    """The distribution of losses, and where the notebook's stands in it.

    Shapes: found (seeds,).
    """
    below = (found < float(PRINTED["loss"])).double().mean().item()
    return Spread(len(found), found.mean().item(), found.std().item(), below)


def text(found: Report) -> str:
    """The report as `handgrad notebook` prints it: a table, then what is to know about it."""
    # Wrapped here: tabulate's own maxcolwidths turns the text "False" into True.
    rows = [
        (line.what, textwrap.fill(line.printed, 28), textwrap.fill(line.here, 28), verdict(line))
        for line in found.lines
    ]
    table = tabulate(rows, ("", "the notebook printed", "here", ""), disable_numparse=True)
    return "\n\n".join([table, about_names(found), about_loss(found), about_dlogits(found)])


def verdict(line: Line) -> str:
    """One word on whether a line came out as printed."""
    if not line.here:
        return "needs the file"
    return "same" if line.here == line.printed else "differs"


def about_names(found: Report) -> str:
    """Which names were read, and where the minibatch came from."""
    if found.same_file:
        return f"The names are those of the notebook, {found.file}; the minibatch was drawn from them."
    kept = "The minibatch is the notebook's all the same: the package keeps its windows."
    if found.file:
        return f"{found.file} is not the notebook's file of names, so the first lines may differ.\n{kept}"
    return (
        f"The notebook's file of names is not here, so some lines stay open.\n{kept}\n"
        "`handgrad fetch` brings the file; with --names FILE you say where it lies."
    )


def about_loss(found: Report) -> str:
    """Why a seed must be stated for the loss, and what other seeds give."""
    spread = found.spread
    return (
        "The notebook draws its batchnorm gain and bias from torch's global generator and never seeds it.\n"
        f"Its loss is therefore one draw among many; the one above follows torch.manual_seed({GAIN_SEED}).\n"
        f"Over the seeds 0 to {spread.seeds - 1} the loss is {spread.mean:.4f} ± {spread.std:.4f}, "
        f"and {spread.below:.1%} of them give less than {PRINTED['loss']}."
    )


def about_dlogits(found: Report) -> str:
    """Why the difference is not the same on every processor."""
    return (
        "dlogits is softmax(logits), less one at the targets, over n, against autograd of F.cross_entropy.\n"
        f"Its last digits depend on the processor: here torch ran its {found.kernels} kernels.\n"
        "The notebook's difference comes out with AVX2 and AVX512; the DEFAULT kernels give another."
    )
