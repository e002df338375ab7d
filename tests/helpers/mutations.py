"""Wrong formulas: each is the package's own line with one piece replaced, and the gradient it spoils.

They are here and not in `check.mistakes` since they test the checks: no reader is told anything of them.
"""

from typing import NamedTuple


class Mutation(NamedTuple):
    """In `function` of the operation `stem`, `old` becomes `new`, and `caught` is the gradient named first.

    First means: in the order of the backward pass, before the mistake has spread.
    """

    stem: str
    function: str
    kind: str
    old: str
    new: str
    caught: str


CE, BN = "cross_entropy", "batchnorm"
STEPS, FUSED = "backward_steps", "backward"

MUTATIONS = (
    Mutation(CE, STEPS, "sign", "-dloss / B", "dloss / B", "dlogprobs"),
    Mutation(CE, STEPS, "factor", "-dloss / B", "-dloss", "dlogprobs"),
    Mutation(CE, STEPS, "factor", "-dloss / B", "-dloss / V", "dlogprobs"),
    Mutation(CE, STEPS, "upstream ones", "-dloss / B", "-1 / B", "dlogprobs"),
    Mutation(CE, STEPS, "every row reads every target", "[range(B), targets]", "[:, targets]", "dlogprobs"),
    Mutation(CE, STEPS, "local slope forgotten", "dlogprobs / probs", "dlogprobs", "dprobs"),
    Mutation(CE, STEPS, "input for output", "dlogprobs / probs", "dlogprobs / counts", "dprobs"),
    Mutation(CE, STEPS, "missing sum", ".sum(1, keepdim=True)\n    dcounts_sum =", "\n    dcounts_sum =",
             "dcounts_sum_inv"),
    Mutation(CE, STEPS, "wrong axis", "(dprobs * counts).sum(1, keepdim=True)",
             "(dprobs * counts).sum(0, keepdim=True)", "dcounts_sum_inv"),
    Mutation(CE, STEPS, "sign", "dcounts_sum_inv * -(", "dcounts_sum_inv * (", "dcounts_sum"),
    Mutation(CE, STEPS, "power", "counts_sum**-2", "counts_sum**-1", "dcounts_sum"),
    Mutation(CE, STEPS, "missing fork", "via_probs + via_sum", "via_probs", "dcounts"),
    Mutation(CE, STEPS, "missing fork", "via_probs + via_sum", "via_sum", "dcounts"),
    Mutation(CE, STEPS, "fork subtracted", "via_probs + via_sum", "via_probs - via_sum", "dcounts"),
    Mutation(CE, STEPS, "local slope from the input", "dcounts * counts", "dcounts * probs", "dshifted"),
    Mutation(CE, STEPS, "sign", "-dshifted.sum(1, keepdim=True)", "dshifted[:, :1]", "drow_max"),
    Mutation(CE, STEPS, "x for dx", "dlogits = dshifted + via_max", "dlogits = logits + via_max", "dlogits"),
    Mutation(CE, STEPS, "wrong column", "scatter(1, row_argmax, drow_max)",
             "scatter(1, row_argmax, dshifted[:, :1])", "dlogits"),
    Mutation(CE, FUSED, "factor", "(dloss / B)", "dloss", "dlogits"),
    Mutation(CE, FUSED, "sign", "probs - F.one_hot", "probs + F.one_hot", "dlogits"),
    Mutation(CE, FUSED, "only the correct class", "(probs - F.one_hot", "(0 * probs - F.one_hot", "dlogits"),
    Mutation(CE, FUSED, "upstream ones", "(dloss / B)", "(1 / B)", "dlogits"),
    Mutation("softmax", FUSED, "terms i ≠ j forgotten", "(dprobs - row_mean)", "dprobs * (1 - probs)", "dlogits"),
    Mutation("softmax", FUSED, "sign", "dprobs - row_mean", "dprobs + row_mean", "dlogits"),
    Mutation("softmax", FUSED, "wrong axis", "sum(1, keepdim=True)", "sum(0, keepdim=True)", "dlogits"),
    Mutation("softmax", FUSED, "plain mean", "(dprobs * probs).sum(", "dprobs.mean(", "dlogits"),
    Mutation("softmax", FUSED, "local slope forgotten", "probs * (dprobs", "1 * (dprobs", "dlogits"),
    Mutation("linear", FUSED, "x for dx", "dx = dy @ W.T", "dx = x + 0 * (dy @ W.T)", "dx"),
    Mutation("linear", FUSED, "upstream ones", "dy @ W.T", "torch.ones_like(dy) @ W.T", "dx"),
    Mutation("linear", FUSED, "transpose", "x.T @ dy", "(x.T @ dy).T", "dW"),
    Mutation("linear", FUSED, "upstream ones", "x.T @ dy", "x.T @ torch.ones_like(dy)", "dW"),
    Mutation("linear", FUSED, "factor", "x.T @ dy", "x.T @ dy / len(x)", "dW"),
    Mutation("linear", FUSED, "missing sum", "dy.sum(0)", "dy", "db"),
    Mutation("linear", FUSED, "mean for sum", "dy.sum(0)", "dy.mean(0)", "db"),
    Mutation("linear", FUSED, "kept dimension", "dy.sum(0)", "dy.sum(0, keepdim=True)", "db"),
    Mutation("tanh", FUSED, "slope of the wrong thing", "value=-1", "value=1", "dx"),
    Mutation("tanh", FUSED, "power forgotten", "y, y, value=-1", "y, torch.ones_like(y), value=-1", "dx"),
    Mutation("tanh", FUSED, "slope forgotten", "slope * dy", "1 * dy", "dx"),
    Mutation("tanh", FUSED, "upstream forgotten", "slope * dy", "slope * torch.ones_like(dy)", "dx"),
    Mutation("tanh", FUSED, "slope of the output again", "slope = ", "y = y.tanh(); slope = ", "dx"),
    Mutation(BN, STEPS, "local slope forgotten", "(dy * xhat).sum(0)", "dy.sum(0)", "dgamma"),
    Mutation(BN, STEPS, "missing sum", "dbeta = dy.sum(0)", "dbeta = dy", "dbeta"),
    Mutation(BN, STEPS, "kept dimension", "dbeta = dy.sum(0)", "dbeta = dy.sum(0, keepdim=True)", "dbeta"),
    Mutation(BN, STEPS, "gain instead of upstream", "dy * gamma", "gamma.expand(B, H)", "dxhat"),
    Mutation(BN, STEPS, "gain forgotten", "dy * gamma", "dy", "dxhat"),
    Mutation(BN, STEPS, "missing sum", "(dxhat * centered).sum(0, keepdim=True)", "(dxhat * centered)", "drstd"),
    Mutation(BN, STEPS, "x for centred x", "(dxhat * centered)", "(dxhat * x)", "drstd"),
    Mutation(BN, STEPS, "factor", "-0.5 *", "-1 *", "dvar"),
    Mutation(BN, STEPS, "power", "** -1.5", "** -0.5", "dvar"),
    Mutation(BN, STEPS, "wrong correction", "(B - correction)", "B", "dsquared"),
    Mutation(BN, STEPS, "factor", "2 * centered", "centered", "dcentered"),
    Mutation(BN, STEPS, "variance taken as constant", "via_xhat + via_squared", "via_xhat", "dcentered"),
    Mutation(BN, STEPS, "sign", "-dcentered.sum", "dcentered.sum", "dmean"),
    Mutation(BN, STEPS, "mean taken as constant", "dcentered + via_mean", "dcentered", "dx"),
    Mutation(BN, STEPS, "factor", "dmean / B", "dmean", "dx"),
    Mutation(BN, FUSED, "variance taken as constant", "dy - via_mean - via_var", "dy - via_mean", "dx"),
    Mutation(BN, FUSED, "mean taken as constant", "dy - via_mean - via_var", "dy - via_var", "dx"),
    Mutation(BN, FUSED, "gain forgotten", "gamma * rstd * (dy", "rstd * (dy", "dx"),
    Mutation(BN, FUSED, "wrong correction", "dgamma / (B - correction)", "dgamma / B", "dx"),
    Mutation(BN, FUSED, "sign", "- via_mean - via_var", "- via_mean + via_var", "dx"),
    Mutation("embedding", FUSED, "last write wins",
             "dtable.index_add(0, context.flatten(), demb.reshape(-1, D))",
             "dtable.index_copy(0, context.flatten(), demb.reshape(-1, D))", "dtable"),
    Mutation("embedding", FUSED, "only the last position",
             "dtable.index_add(0, context.flatten(), demb.reshape(-1, D))",
             "dtable.index_add(0, context[:, -1], demb[:, -1])", "dtable"),
    Mutation("embedding", FUSED, "transpose", "demb.reshape(-1, D)", "demb.transpose(0, 1).reshape(-1, D)",
             "dtable"),
)
