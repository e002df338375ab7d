"""Whether a gradient is what a mistake would have given, and not something near it."""

from torch import Tensor

from handgrad.check.comparison import judge_one, mismatch_of_kind


def agree(got: Tensor, expected: Tensor) -> bool:
    """Whether `compare` would accept the pair."""
    return judge_one("", got, expected, None).agrees


def matches(got: Tensor, wrong: Tensor, expected: Tensor) -> bool:
    """Whether `got` is what the mistake gives, up to the rounding of terms as large as in `expected`.

    A mistake may give zero, and what comes out then is the rounding of terms that cancel.
    """
    if mismatch_of_kind(got, wrong) or not wrong.isfinite().all():
        return False
    size = max((value.abs().max().item() for value in (wrong, expected) if value.numel()), default=0.0)
    return judge_one("", got, wrong, size).agrees and explains(got, wrong, expected)


def explains(got: Tensor, wrong: Tensor, expected: Tensor) -> bool:
    """Whether a mistake leaves at most a hundredth of the difference unexplained.

    Where `got` is off by little more than rounding, half of it may pass for rounding: no mistake is named.
    """
    if got.shape != expected.shape:
        return True
    return bool((got - wrong).abs().max() <= 0.01 * (got - expected).abs().max())
