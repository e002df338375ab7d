"""The rules of the book: each operation with its lines, forward and backward, and where they are derived."""

from typing import NamedTuple


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

STEPS = (
    Rule("copy down the rows", (Input("x", ROW),), ("y = x.expand(B, N)",), ("dx = dy.sum(0)",),
         ("grad-linear-db", "grad-batchnorm-dbeta"), "vjp.md#a-copy-forward-is-a-sum-backward"),
    Rule("copy along the columns", (Input("x", COLUMN),), ("y = x.expand(B, N)",),
         ("dx = dy.sum(1, keepdim=True)",), (), "vjp.md#a-copy-forward-is-a-sum-backward"),
    Rule("sum", (X,), ("y = x.sum(1, keepdim=True)",), ("dx = dy.expand(B, N)",),
         (), "vjp.md#a-sum-forward-is-a-copy-backward"),
    Rule("sum, divided", (X,), ("y = x.sum(0, keepdim=True) / (B - k)",), ("dx = (dy / (B - k)).expand(B, N)",),
         ("grad-batchnorm-dsquared", "grad-batchnorm-dx")),
    Rule("minus the mean of the targets", (Input("x", ("B", "V")), TARGETS), ("y = -x[range(B), targets].mean()",),
         ("dx = torch.zeros_like(x)", "dx[range(B), targets] = -dy / B"), ("grad-cross-entropy-dlogprobs",)),
    Rule("subtract a row", (X, Input("m", ("1", "N"))), ("y = x - m",),
         ("dx = dy", "dm = -dy.sum(0, keepdim=True)"), ("grad-batchnorm-dmean",)),
    Rule("subtract a column", (X, Input("m", COLUMN)), ("y = x - m",),
         ("dx = dy", "dm = -dy.sum(1, keepdim=True)"), ("grad-cross-entropy-drow-max",)),
    Rule("times a row", (X, Input("r", ("1", "N"))), ("y = x * r",),
         ("dx = dy * r", "dr = (dy * x).sum(0, keepdim=True)"),
         ("grad-batchnorm-dxhat", "grad-batchnorm-drstd", "grad-batchnorm-dgamma")),
    Rule("times a column", (X, Input("r", COLUMN)), ("y = x * r",),
         ("dx = dy * r", "dr = (dy * x).sum(1, keepdim=True)"), ("grad-cross-entropy-dcounts-sum-inv",)),
    Rule("used twice", (X, Input("a", MATRIX)), ("y = a * x + x**2",),
         ("via_product = dy * a", "via_square = dy * (2 * x)", "dx = via_product + via_square", "da = dy * x"),
         ("grad-batchnorm-dcentered", "grad-cross-entropy-dcounts"), "vjp.md#three-numbers-and-a-fork"),
    Rule("exponential", (X,), ("y = x.exp()",), ("dx = dy * y",), ("grad-cross-entropy-dshifted",)),
    Rule("logarithm", (POSITIVE,), ("y = x.log()",), ("dx = dy / x",), ("grad-cross-entropy-dprobs",)),
    Rule("reciprocal", (POSITIVE,), ("y = x**-1",), ("dx = dy * -(x**-2)",), ("grad-cross-entropy-dcounts-sum",)),
    Rule("one over the root", (POSITIVE,), ("y = (x + eps) ** -0.5",), ("dx = dy * (-0.5 * (x + eps) ** -1.5)",),
         ("grad-batchnorm-dvar",)),
    Rule("sigmoid", (X,), ("y = x.sigmoid()",), ("dx = dy * y * (1 - y)",),
         (), "tanh.md#derivatives-read-off-the-output"),
    Rule("largest of a row", (X,), ("y, at = x.max(1, keepdim=True)",),
         ("dx = torch.zeros_like(x).scatter(1, at, dy)",), ("grad-cross-entropy-dlogits",)),
)

OPERATIONS = (
    Rule("linear", (Input("x", ("B", "M")), Input("W", ("M", "N")), Input("b", ROW)), ("y = x @ W + b",),
         ("dx = dy @ W.T", "dW = x.T @ dy", "db = dy.sum(0)"),
         ("grad-linear-dx", "grad-linear-dW", "grad-linear-db")),
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
