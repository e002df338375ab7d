"""The rules of the book: each operation with its lines, forward and backward, and where they are derived."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from handgrad.models import graph
from handgrad.models.mlp.values import NETWORK


class Input(NamedTuple):
    """One input of a rule: its name, the letters of its sizes, and what it holds.

    kind: `real`, `positive`, or `index`, which has no gradient and counts rows or columns below V.
    """

    name: str
    shape: tuple[str, ...]
    kind: str = "real"


class Rule(NamedTuple):
    """An operation, its lines, and where its gradient is derived.

    The last forward line makes the output; with `y` for it the gradient that comes in is `dy`, and the
    backward lines make `d` + name for every input that is no index.
    labels: the labelled equations; place: a chapter, or a section of one, where no equation is labelled.
    """

    name: str
    inputs: tuple[Input, ...]
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    labels: tuple[str, ...] = ()
    place: str = ""


SIZES = {"B": 7, "T": 3, "V": 11, "D": 4, "M": 5, "N": 6}
MATRIX, COLUMN, ROW = ("B", "N"), ("B", "1"), ("N",)
X, POSITIVE = Input("x", MATRIX), Input("x", MATRIX, "positive")
LOGITS, TARGETS = Input("logits", ("B", "V")), Input("targets", ("B",), "index")
GAMMA, BETA = Input("gamma", ROW), Input("beta", ROW)

LINES = {value.name: value.line for value in NETWORK.values}
STATEMENTS = [statement for value in graph.back(NETWORK) for statement in value.back.split("\n")]


def renamed(line: str, names: Mapping[str, str]) -> str:
    """A line of the network in the names of a rule; a gradient is renamed with its value."""

    def other(word: re.Match) -> str:
        name = word[0]
        return names.get(name) or (f"d{names[name[1:]]}" if name[0] == "d" and name[1:] in names else name)

    return re.sub(r"[A-Za-z_]\w*", other, line)


def rule(
    name: str, inputs: tuple[Input, ...], value: str, makes: Iterable[str], names: Mapping[str, str],
    labels: tuple[str, ...] = (), place: str = "", first: tuple[str, ...] = (),
) -> Rule:
    """The rule of a line of the network: the line that makes `value`, and the backward lines that make `makes`.

    names: what the rule calls the values, sizes and constants; first: a backward line that the network has not.
    """
    backward = [line for made in makes for line in STATEMENTS if re.match(rf"{made}\b", line)]
    return Rule(name, inputs, (renamed(LINES[value], names),),
                (*first, *(renamed(line, names) for line in backward)), labels, place)


# Rows that are written here and not taken from the network: copies, which it makes within other lines; a value used
# twice, whose lines are told in their chapters by other operations; sigmoid, which it has not. The gradient of what
# something is subtracted from is `dy` itself, which needs no line there.
SAME = ("dx = dy",)
STEPS = (
    Rule("copy down the rows", (Input("x", ROW),), ("y = x.expand(B, N)",), ("dx = dy.sum(0)",),
         ("grad-linear-db", "grad-batchnorm-dbeta"), "vjp.md#a-copy-forward-is-a-sum-backward"),
    Rule("copy along the columns", (Input("x", COLUMN),), ("y = x.expand(B, N)",),
         ("dx = dy.sum(1, keepdim=True)",), (), "vjp.md#a-copy-forward-is-a-sum-backward"),
    rule("sum", (X,), "counts_sum", ["via_sum"], {"counts": "x", "counts_sum": "y", "via_sum": "dx", "V": "N"},
         (), "vjp.md#a-sum-forward-is-a-copy-backward"),
    rule("sum, divided", (X,), "var", ["dsquared"], {"squared": "x", "var": "y", "correction": "k", "H": "N"},
         ("grad-batchnorm-dsquared", "grad-batchnorm-dx")),
    rule("minus the mean of the targets", (Input("x", ("B", "V")), TARGETS), "loss", ["dlogprobs"],
         {"logprobs": "x", "loss": "y"}, ("grad-cross-entropy-dlogprobs",)),
    rule("subtract a row", (X, Input("m", ("1", "N"))), "centered", ["dmean"],
         {"pre_bn": "x", "mean": "m", "centered": "y"}, ("grad-batchnorm-dmean",), first=SAME),
    rule("subtract a column", (X, Input("m", COLUMN)), "shifted", ["drow_max"],
         {"logits": "x", "row_max": "m", "shifted": "y"}, ("grad-cross-entropy-drow-max",), first=SAME),
    rule("times a row", (X, Input("r", ("1", "N"))), "xhat", ["via_xhat", "drstd"],
         {"centered": "x", "rstd": "r", "xhat": "y", "via_xhat": "dx"},
         ("grad-batchnorm-dxhat", "grad-batchnorm-drstd", "grad-batchnorm-dgamma")),
    rule("times a column", (X, Input("r", COLUMN)), "probs", ["via_probs", "dcounts_sum_inv"],
         {"counts": "x", "counts_sum_inv": "r", "probs": "y", "via_probs": "dx"},
         ("grad-cross-entropy-dcounts-sum-inv",)),
    Rule("used twice", (X, Input("a", MATRIX)), ("y = a * x + x**2",),
         ("via_product = dy * a", "via_square = dy * (2 * x)", "dx = via_product + via_square", "da = dy * x"),
         ("grad-batchnorm-dcentered", "grad-cross-entropy-dcounts"), "vjp.md#three-numbers-and-a-fork"),
    rule("exponential", (X,), "counts", ["dshifted"], {"shifted": "x", "counts": "y"},
         ("grad-cross-entropy-dshifted",)),
    rule("logarithm", (POSITIVE,), "logprobs", ["dprobs"], {"probs": "x", "logprobs": "y"},
         ("grad-cross-entropy-dprobs",)),
    rule("reciprocal", (POSITIVE,), "counts_sum_inv", ["dcounts_sum"], {"counts_sum": "x", "counts_sum_inv": "y"},
         ("grad-cross-entropy-dcounts-sum",)),
    rule("one over the root", (POSITIVE,), "rstd", ["dvar"], {"var": "x", "rstd": "y"}, ("grad-batchnorm-dvar",)),
    Rule("sigmoid", (X,), ("y = x.sigmoid()",), ("dx = dy * y * (1 - y)",),
         (), "tanh.md#derivatives-read-off-the-output"),
    rule("largest of a row", (X,), "row_max", ["via_max"],
         {"logits": "x", "row_max": "y", "row_argmax": "at", "via_max": "dx"}, ("grad-cross-entropy-dlogits",)),
)

# The whole operations are in the form to remember, which is what the chapters of their one-line gradients derive; the
# network's lines go step by step, and round as autograd does. Only linear reads the same in both.
OPERATIONS = (
    rule("linear", (Input("x", ("B", "M")), Input("W", ("M", "N")), Input("b", ROW)), "logits", ["dh", "dW2", "db2"],
         {"h": "x", "W2": "W", "b2": "b", "logits": "y"}, ("grad-linear-dx", "grad-linear-dW", "grad-linear-db")),
    Rule("tanh", (X,), ("y = x.tanh()",), ("dx = (1 - y**2) * dy",), ("grad-tanh-dx",)),
    Rule("softmax", (LOGITS,), ("probs = logits.softmax(1)",),
         ("row_mean = (dprobs * probs).sum(1, keepdim=True)", "dlogits = probs * (dprobs - row_mean)"),
         ("grad-softmax-dlogits",)),
    Rule("softmax and cross-entropy", (LOGITS, TARGETS),
         ("probs = logits.softmax(1)", "loss = -probs.log()[range(B), targets].mean()"),
         ("dlogits = (probs - F.one_hot(targets, V)) * (dloss / B)",), ("grad-softmax-cross-entropy-dlogits",)),
    Rule("batch normalisation", (X, GAMMA, BETA),
         ("centered = x - x.sum(0, keepdim=True) / B",
          "var = (centered**2).sum(0, keepdim=True) / (B - k)",
          "rstd = (var + eps) ** -0.5",
          "xhat = centered * rstd",
          "y = gamma * xhat + beta"),
         ("dgamma = (dy * xhat).sum(0)",
          "dbeta = dy.sum(0)",
          "via_mean = dbeta / B",
          "via_var = xhat * (dgamma / (B - k))",
          "dx = gamma * rstd * (dy - via_mean - via_var)"),
         ("grad-batchnorm-fused-dx", "grad-batchnorm-dgamma", "grad-batchnorm-dbeta")),
    Rule("embedding", (Input("table", ("V", "D")), Input("context", ("B", "T"), "index")), ("emb = table[context]",),
         ("dtable = torch.zeros(V, D, dtype=demb.dtype)",
          "rows = context.flatten()",
          "dtable = dtable.index_add(0, rows, demb.reshape(-1, D))"), ("grad-embedding-dtable",)),
    Rule("end to end", (Input("emb", ("B", "T", "D")),), ("flat = emb.view(B, T * D)",),
         ("demb = dflat.view(B, T, D)",), (), "embedding.md#backward-step-by-step"),
)

RULES = STEPS + OPERATIONS
