"""Every value of the network by name: symbol, shape, the line that makes it, and what others call it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from tabulate import tabulate

from handgrad.models.network import NETWORK

if TYPE_CHECKING:  # it needs torch, and pages that name these values are made without it
    from handgrad.models.mlp.trace import Steps


class Value(NamedTuple):
    """One value of `trace.Steps`, under the same name and in the same order.

    symbol: its letter in equations, nothing where no chapter gives it one; shape: the letters of its sizes;
    line: what makes it, nothing for what is given; chapter: the stem that derives its gradient, nothing
    for an index, which has none; notebook, lecture: its name there, or nothing; back: the lines that make
    its gradient, from values and from gradients that stand further down in VALUES.
    """

    name: str
    symbol: str
    shape: tuple[str, ...]
    meaning: str
    line: str
    chapter: str
    notebook: str
    lecture: str
    back: str = ""


ROW_MAX = "row_max, row_argmax = logits.max(1, keepdim=True)"
VALUES = (
    Value("context", "X_{bt}", ("B", "T"), "the codes of the characters before",
          "", "", "", "Xb"),
    Value("targets", "y_b", ("B",), "the code of the character that came next",
          "", "", "", "Yb"),
    Value("table", "C_{vd}", ("V", "D"), "a vector for each character",
          "", "embedding", "C", "C",
          "dtable = torch.zeros_like(table)\n"
          "dtable = dtable.index_add(0, context.flatten(), demb.reshape(-1, D))"),
    Value("emb", "E_{btd}", ("B", "T", "D"), "the vectors of the context",
          "emb = table[context]", "embedding", "emb", "emb",
          "demb = dflat.view(B, T, D)"),
    Value("flat", r"F_{b,\,tD+d}", ("B", "T·D"), "the same, end to end",
          "flat = emb.flatten(1)", "linear", "embcat", "embcat",
          "dflat = dpre_bn @ W1.T"),
    Value("W1", "", ("T·D", "H"), "weights of the first linear operation",
          "", "linear", "W1", "W1",
          "dW1 = flat.T @ dpre_bn"),
    Value("b1", "", ("H",), "its bias",
          "", "linear", "b1", "b1",
          "db1 = dpre_bn.sum(0)"),
    Value("pre_bn", "x_{bh}", ("B", "H"), "what batch normalisation is given",
          "pre_bn = flat @ W1 + b1", "batchnorm", "h_pre_bn", "hprebn",
          "via_mean = (dmean / B).expand(B, H)\n"
          "dpre_bn = dcentered + via_mean"),
    Value("mean", r"\mu_h", ("1", "H"), "the mean of each column",
          "mean = pre_bn.sum(0, keepdim=True) / B", "batchnorm", "bnmeani", "bnmeani",
          "dmean = -dcentered.sum(0, keepdim=True)"),
    Value("centered", "d_{bh}", ("B", "H"), "the differences from it",
          "centered = pre_bn - mean", "batchnorm", "bndiff", "bndiff",
          "via_xhat = dxhat * rstd\n"
          "via_squared = dsquared * (2 * centered)\n"
          "dcentered = via_xhat + via_squared"),
    Value("squared", "e_{bh}", ("B", "H"), "their squares",
          "squared = centered**2", "batchnorm", "bndiff2", "bndiff2",
          "dsquared = (dvar / (B - correction)).expand(B, H)"),
    Value("var", "v_h", ("1", "H"), "the variance of each column",
          "var = squared.sum(0, keepdim=True) / (B - correction)", "batchnorm", "bnvar", "bnvar",
          "dvar = drstd * (-0.5 * (var + eps) ** -1.5)"),
    Value("rstd", "r_h", ("1", "H"), "one over the standard deviation",
          "rstd = (var + eps) ** -0.5", "batchnorm", "bnvar_inv", "bnvar_inv",
          "drstd = (dxhat * centered).sum(0, keepdim=True)"),
    Value("xhat", r"\hat x_{bh}", ("B", "H"), "the columns with mean 0 and variance 1",
          "xhat = centered * rstd", "batchnorm", "bnraw", "bnraw",
          "dxhat = dpreact * gamma"),
    Value("gamma", r"\gamma_h", ("H",), "the gain",
          "", "batchnorm", "bngain", "bngain",
          "dgamma = (dpreact * xhat).sum(0)"),
    Value("beta", r"\beta_h", ("H",), "the shift",
          "", "batchnorm", "bnbias", "bnbias",
          "dbeta = dpreact.sum(0)"),
    Value("preact", "y_{bh}", ("B", "H"), "what batch normalisation gives, and tanh takes",
          "preact = gamma * xhat + beta", "tanh", "h_pre_act", "hpreact",
          "slope = torch.addcmul(torch.ones_like(h), h, h, value=-1)\n"
          "dpreact = slope * dh"),
    Value("h", "", ("B", "H"), "the hidden units",
          "h = preact.tanh()", "linear", "h", "h",
          "dh = dlogits @ W2.T"),
    Value("W2", "", ("H", "V"), "weights of the second linear operation",
          "", "linear", "W2", "W2",
          "dW2 = h.T @ dlogits"),
    Value("b2", "", ("V",), "its bias",
          "", "linear", "b2", "b2",
          "db2 = dlogits.sum(0)"),
    Value("logits", r"\ell_{bv}", ("B", "V"), "a score for each next character",
          "logits = h @ W2 + b2", "cross_entropy", "logits", "logits",
          "via_max = torch.zeros_like(logits).scatter(1, row_argmax, drow_max)\n"
          "dlogits = dshifted + via_max"),
    Value("row_max", "m_b", ("B", "1"), "the largest score of each row",
          ROW_MAX, "cross_entropy", "", "logit_maxes",
          "drow_max = -dshifted.sum(1, keepdim=True)"),
    Value("row_argmax", "", ("B", "1"), "the column where it stands",
          ROW_MAX, "", "", ""),
    Value("shifted", "s_{bv}", ("B", "V"), "how far below the largest",
          "shifted = logits - row_max", "cross_entropy", "", "norm_logits",
          "dshifted = dcounts * counts"),
    Value("counts", "c_{bv}", ("B", "V"), "their exponentials",
          "counts = shifted.exp()", "cross_entropy", "", "counts",
          "via_probs = dprobs * counts_sum_inv\n"
          "via_sum = dcounts_sum.expand(B, V)\n"
          "dcounts = via_probs + via_sum"),
    Value("counts_sum", "S_b", ("B", "1"), "the sum of each row",
          "counts_sum = counts.sum(1, keepdim=True)", "cross_entropy", "", "counts_sum",
          "dcounts_sum = dcounts_sum_inv * -(counts_sum**-2)"),
    Value("counts_sum_inv", "R_b", ("B", "1"), "one over it",
          "counts_sum_inv = counts_sum**-1", "cross_entropy", "", "counts_sum_inv",
          "dcounts_sum_inv = (dprobs * counts).sum(1, keepdim=True)"),
    Value("probs", "p_{bv}", ("B", "V"), "the probability of each next character",
          "probs = counts * counts_sum_inv", "cross_entropy", "", "probs",
          "dprobs = dlogprobs / probs"),
    Value("logprobs", "q_{bv}", ("B", "V"), "its logarithm",
          "logprobs = probs.log()", "cross_entropy", "", "logprobs",
          "dlogprobs = torch.zeros_like(logprobs)\n"
          "dlogprobs[range(B), targets] = -dloss / B"),
    Value("loss", "L", (), "minus the mean of the targets' entries",
          "loss = -logprobs[range(B), targets].mean()", "cross_entropy", "loss", "loss",
          "dloss = torch.ones_like(loss)"),
)


TITLES = {layer.stem: layer.title for layer in NETWORK}


class Markdown(str):
    """Text that a page shows as Markdown."""

    def _repr_markdown_(self) -> str:
        return str(self)


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Markdown:
    """A table, every cell of it Markdown."""
    return Markdown(tabulate(rows, head, tablefmt="pipe", disable_numparse=True))


def meanings(steps: Steps) -> Markdown:
    """Every value with its symbol, its shape in letters and in this forward pass, and what it is."""
    head = ("value", "symbol", "shape", "here", "what it is")
    return table(head, (
        (code(value.name), f"${value.symbol}$" if value.symbol else "", size(value.shape),
         size(getattr(steps, value.name).shape), value.meaning)
        for value in VALUES
    ))


def lines(steps: Steps) -> Markdown:
    """Every value with its shape in this forward pass, where its gradient is derived, and what makes it."""
    return table(("value", "shape", "chapter", "made by"), (
        (code(value.name), size(getattr(steps, value.name).shape),
         f"[{TITLES[value.chapter]}](./{value.chapter}.md)" if value.chapter else "",
         code(made_by(value)) or "given")
        for value in VALUES
    ))


def made_by(value: Value) -> str:
    """The expression that makes the value: of a line that makes two, the part that is its own."""
    left, _, expression = value.line.partition(" = ")
    if "," not in left:
        return expression
    return expression + (".values", ".indices")[left.split(", ").index(value.name)]


def back() -> tuple[Value, ...]:
    """The values that have a gradient, in the order in which the backward pass reaches them."""
    return tuple(value for value in reversed(VALUES) if value.back)


def facing() -> Markdown:
    """The backward pass in its order: each value's number, what made it and, facing it, what makes its gradient.

    A table for each operation, with its class, by which the style sheet colours it; list tables and not pipes,
    since their cells hold several lines, which wrap on a narrow page.
    """
    groups = groupby(enumerate(back()), lambda pair: pair[1].chapter)
    return Markdown("\n".join(block(stem, numbered) for stem, numbered in groups))


def block(stem: str, numbered: Iterable[tuple[int, Value]]) -> str:
    """The table of one operation: its values, each with its number in the backward pass."""
    rows = [("", f"[{TITLES[stem]}](./{stem}.md): forward", "backward")]
    for number, value in numbered:
        backward = "\\\n    ".join(map(code, value.back.split("\n")))
        rows.append((f"**{number}**", code(value.line) or f"{code(value.name)} is given", backward))
    body = "\n".join("* - " + "\n  - ".join(row) for row in rows)
    name = f"of-{stem.replace('_', '-')}"
    return f"```{{list-table}}\n:class: pairs {name}\n:header-rows: 1\n:widths: 1 8 11\n\n{body}\n```\n"


def other_names() -> Markdown:
    """What the values are called elsewhere."""
    return table(("here", "the notebook", "the lecture"), (
        (code(value.name), code(value.notebook), code(value.lecture)) for value in VALUES
    ))


def code(text: str) -> str:
    """The text as code; nothing stays nothing."""
    return f"`{text}`" if text else ""


def size(shape: Iterable[object]) -> str:
    """A shape as Python writes it, but with letters too, and not to be broken: (B, T, D), (H,), ()."""
    parts = [str(part) for part in shape]
    inside = ",\N{NO-BREAK SPACE}".join(parts)
    return f"({inside},)" if len(parts) == 1 else f"({inside})"
