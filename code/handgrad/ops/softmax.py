"""Softmax alone: each row of logits becomes a row of probabilities."""

from torch import Tensor

from handgrad.support.input_checks import check_matrix, check_shape


def forward(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Forward: the probabilities, and again the probabilities, which backward needs.

    Shapes: logits, probs (B, V).
    Raises: TypeError or ValueError if logits is no floating-point matrix.
    Source: book/softmax.md.
    """
    check_matrix("logits", logits)
    counts = (logits - logits.amax(1, keepdim=True)).exp()
    probs = counts / counts.sum(1, keepdim=True)
    return probs, probs


def backward(dprobs: Tensor, probs: Tensor) -> Tensor:
    """Backward: dlogits, from the gradient of the probabilities.

    Shapes: dprobs, probs, dlogits (B, V).
    Raises: ValueError or TypeError if dprobs does not have the shape and dtype of probs.
    Source: book/softmax.md.
    """
    check_shape("dprobs", dprobs, probs.shape, probs.dtype)
    row_mean = (dprobs * probs).sum(1, keepdim=True)
    dlogits = probs * (dprobs - row_mean)
    return dlogits
