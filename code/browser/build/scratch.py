"""What a scratch cell has at hand: the book's minibatch, and how every forward value and gradient follows from it.

A file holds the minibatch and the parameters alone; a value is computed in the page when a line first names it.
"""

from handgrad.data import example

FORWARD = {
    "B": "context.shape[0]", "T": "context.shape[1]", "V": "table.shape[0]", "D": "table.shape[1]", "H": "W1.shape[1]",
    "emb": "table[context]", "flat": "emb.view(B, T * D)", "pre_bn": "flat @ W1 + b1",
    "mean": "pre_bn.sum(0, keepdim=True) / B", "centered": "pre_bn - mean", "squared": "centered**2",
    "var": "squared.sum(0, keepdim=True) / (B - 1)", "rstd": "(var + 1e-5) ** -0.5",
    "xhat": "centered * rstd", "preact": "gamma * xhat + beta", "h": "preact.tanh()", "logits": "h @ W2 + b2",
    "row_max": "logits.amax(1, keepdim=True)", "row_argmax": "logits.argmax(1, keepdim=True)",
    "shifted": "logits - row_max", "counts": "shifted.exp()", "counts_sum": "counts.sum(1, keepdim=True)",
    "counts_sum_inv": "counts_sum**-1", "probs": "counts * counts_sum_inv", "logprobs": "probs.log()",
    "loss": "-logprobs[torch.arange(B), targets].mean()",
}
BACKWARD = {
    "dloss": "torch.ones_like(loss)", "dlogprobs": "F.one_hot(targets, V) * (-dloss / B)",
    "dprobs": "dlogprobs / probs",
    "dcounts_sum_inv": "(dprobs * counts).sum(1, keepdim=True)", "dcounts_sum": "dcounts_sum_inv * -(counts_sum**-2)",
    "dcounts": "dprobs * counts_sum_inv + dcounts_sum", "dshifted": "dcounts * counts",
    "drow_max": "-dshifted.sum(1, keepdim=True)", "dlogits": "dshifted + F.one_hot(row_argmax[:, 0], V) * drow_max",
    "dh": "dlogits @ W2.T", "dW2": "h.T @ dlogits", "db2": "dlogits.sum(0)", "dpreact": "(1 - h**2) * dh",
    "dgamma": "(dpreact * xhat).sum(0)", "dbeta": "dpreact.sum(0)", "dxhat": "dpreact * gamma",
    "drstd": "(dxhat * centered).sum(0, keepdim=True)", "dvar": "drstd * (-0.5 * (var + 1e-5) ** -1.5)",
    "dsquared": "(dvar / (B - 1)).expand(B, H)", "dcentered": "dxhat * rstd + dsquared * (2 * centered)",
    "dmean": "-dcentered.sum(0, keepdim=True)", "dpre_bn": "dcentered + dmean / B",
    "dflat": "dpre_bn @ W1.T", "dW1": "flat.T @ dpre_bn", "db1": "dpre_bn.sum(0)", "demb": "dflat.view(B, T, D)",
    "dtable": "torch.zeros_like(table).index_add(0, context.view(-1), demb.view(-1, D))",
}
# What a chapter calls its own, where it treats an operation for itself.
BATCHNORM = {"x": "pre_bn", "y": "preact", "dy": "dpreact", "dx": "dpre_bn", "eps": "1e-5", "correction": "1"}
OWN = {
    "batchnorm": BATCHNORM,
    "batchnorm_fused": BATCHNORM,
    "embedding": {"dtable": "torch.zeros_like(table)"},
    "linear": {"x": "h", "W": "W2", "b": "b2", "y": "logits", "dy": "dlogits"},
    "tanh": {"x": "preact", "y": "h", "dy": "dh", "slope": "1 - y**2"},
}


def lines(chapter: str) -> dict[str, list]:
    """By name, the line that makes the value, and the names that the line needs."""
    found = FORWARD | BACKWARD | OWN.get(chapter, {})
    names = set(found) | set(values())
    return {name: [line, [used for used in mentioned(line) if used in names]] for name, line in found.items()}


def values() -> dict:
    """The minibatch and the parameters, by name."""
    found = example.load()
    return found.params._asdict() | {"context": found.context, "targets": found.targets}


def mentioned(line: str) -> tuple[str, ...]:
    """The names in an expression."""
    return compile(line, "line", "eval").co_names
