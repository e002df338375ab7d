"""Every value of the network by name: symbol, shape, the line that makes it, and what others call it."""

from collections.abc import Iterable
from typing import NamedTuple

from tabulate import tabulate

from handgrad.mlp import NETWORK
from handgrad.trace import Steps


class Value(NamedTuple):
    """One value of `trace.Steps`, under the same name and in the same order.

    symbol: its letter in equations, nothing where no chapter gives it one; shape: the letters of its sizes;
    line: what makes it, nothing for what is given; chapter: the stem that derives its gradient, nothing
    for an index, which has none; notebook, lecture: its name there, or nothing.
    """

    name: str
    symbol: str
    shape: tuple[str, ...]
    meaning: str
    line: str
    chapter: str
    notebook: str
    lecture: str


ROW_MAX = "row_max, row_argmax = logits.max(1, keepdim=True)"
VALUES = (
    Value("context", "X_{bt}", ("B", "T"), "the codes of the characters before",
          "", "", "", "Xb"),
    Value("targets", "y_b", ("B",), "the code of the character that came next",
          "", "", "", "Yb"),
    Value("table", "C_{vd}", ("V", "D"), "a vector for each character",
          "", "embedding", "C", "C"),
    Value("emb", "E_{btd}", ("B", "T", "D"), "the vectors of the context",
          "emb = table[context]", "embedding", "emb", "emb"),
    Value("flat", r"F_{b,\,tD+d}", ("B", "T·D"), "the same, end to end",
          "flat = emb.flatten(1)", "linear", "embcat", "embcat"),
    Value("W1", "", ("T·D", "H"), "weights of the first linear operation",
          "", "linear", "W1", "W1"),
    Value("b1", "", ("H",), "its bias",
          "", "linear", "b1", "b1"),
    Value("pre_bn", "x_{bh}", ("B", "H"), "what batch normalisation is given",
          "pre_bn = flat @ W1 + b1", "batchnorm", "h_pre_bn", "hprebn"),
    Value("mean", r"\mu_h", ("1", "H"), "the mean of each column",
          "mean = pre_bn.sum(0, keepdim=True) / B", "batchnorm", "bnmeani", "bnmeani"),
    Value("centered", "d_{bh}", ("B", "H"), "the differences from it",
          "centered = pre_bn - mean", "batchnorm", "bndiff", "bndiff"),
    Value("squared", "e_{bh}", ("B", "H"), "their squares",
          "squared = centered**2", "batchnorm", "bndiff2", "bndiff2"),
    Value("var", "v_h", ("1", "H"), "the variance of each column",
          "var = squared.sum(0, keepdim=True) / (B - correction)", "batchnorm", "bnvar", "bnvar"),
    Value("rstd", "r_h", ("1", "H"), "one over the standard deviation",
          "rstd = (var + eps) ** -0.5", "batchnorm", "bnvar_inv", "bnvar_inv"),
    Value("xhat", r"\hat x_{bh}", ("B", "H"), "the columns with mean 0 and variance 1",
          "xhat = centered * rstd", "batchnorm", "bnraw", "bnraw"),
    Value("gamma", r"\gamma_h", ("H",), "the gain",
          "", "batchnorm", "bngain", "bngain"),
    Value("beta", r"\beta_h", ("H",), "the shift",
          "", "batchnorm", "bnbias", "bnbias"),
    Value("preact", "y_{bh}", ("B", "H"), "what batch normalisation gives, and tanh takes",
          "preact = gamma * xhat + beta", "tanh", "h_pre_act", "hpreact"),
    Value("h", "", ("B", "H"), "the hidden units",
          "h = preact.tanh()", "linear", "h", "h"),
    Value("W2", "", ("H", "V"), "weights of the second linear operation",
          "", "linear", "W2", "W2"),
    Value("b2", "", ("V",), "its bias",
          "", "linear", "b2", "b2"),
    Value("logits", r"\ell_{bv}", ("B", "V"), "a score for each next character",
          "logits = h @ W2 + b2", "cross_entropy", "logits", "logits"),
    Value("row_max", "m_b", ("B", "1"), "the largest score of each row",
          ROW_MAX, "cross_entropy", "", "logit_maxes"),
    Value("row_argmax", "", ("B", "1"), "the column where it stands",
          ROW_MAX, "", "", ""),
    Value("shifted", "s_{bv}", ("B", "V"), "how far below the largest",
          "shifted = logits - row_max", "cross_entropy", "", "norm_logits"),
    Value("counts", "c_{bv}", ("B", "V"), "their exponentials",
          "counts = shifted.exp()", "cross_entropy", "", "counts"),
    Value("counts_sum", "S_b", ("B", "1"), "the sum of each row",
          "counts_sum = counts.sum(1, keepdim=True)", "cross_entropy", "", "counts_sum"),
    Value("counts_sum_inv", "R_b", ("B", "1"), "one over it",
          "counts_sum_inv = counts_sum**-1", "cross_entropy", "", "counts_sum_inv"),
    Value("probs", "p_{bv}", ("B", "V"), "the probability of each next character",
          "probs = counts * counts_sum_inv", "cross_entropy", "", "probs"),
    Value("logprobs", "q_{bv}", ("B", "V"), "its logarithm",
          "logprobs = probs.log()", "cross_entropy", "", "logprobs"),
    Value("loss", "L", (), "minus the mean of the targets' entries",
          "loss = -logprobs[range(B), targets].mean()", "cross_entropy", "loss", "loss"),
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
         code(value.line.partition(" = ")[2]) or "given")
        for value in VALUES
    ))


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
