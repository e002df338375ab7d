"""Plausible mistakes of tanh and in the exercises of its chapter, by the sentence that names each."""

from torch import Tensor


def of_backward(dy: Tensor, x: Tensor) -> dict[str, Tensor]:
    """Wrong gradients of the input.

    Shapes: dy, x, and each result the same.
    """
    y = x.tanh()
    return {
        "The slope was taken from the input: 1 − x² where 1 − y² belongs.": (1 - x**2) * dy,
        "The slope is 1 − y, the square is missing.": (1 - y) * dy,
        "The slope is 1 + y², a sign is wrong.": (1 + y**2) * dy,
        "The slope was taken from the tanh of the output.": (1 - y.tanh() ** 2) * dy,
        "The slope is forgotten: this is the upstream gradient.": dy,
        "The upstream gradient is forgotten: this is the slope.": 1 - y**2,
        "This is the derivative of the sigmoid, y (1 − y).": y * (1 - y) * dy,
    }


def tanh_backward(dy: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Mistakes in tanh_backward.

    Shapes: dy, y, and each result (B, H).
    """
    return of_backward(dy, y.atanh())


def sigmoid_backward(dy: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Mistakes in sigmoid_backward.

    Shapes: dy, y (B, H).
    """
    again = y.sigmoid()
    return {
        "This is the slope of tanh, 1 − y².": (1 - y**2) * dy,
        "The slope was taken from the sigmoid of the output.": again * (1 - again) * dy,
        "The slope is y alone: the factor 1 − y is missing.": y * dy,
        "The slope is 1 − y alone: the factor y is missing.": (1 - y) * dy,
        "The slope is forgotten: this is the upstream gradient.": dy,
        "The upstream gradient is forgotten: this is the slope.": y * (1 - y),
    }


def tanh_tail(dy: Tensor, x: Tensor) -> dict[str, Tensor]:
    """Mistakes in tanh_tail.

    Shapes: dy, x, and each result (B, H).
    """
    return {
        "1 − y² loses its digits far out, where y has been rounded to 1 or −1.": (1 - x.tanh() ** 2) * dy,
        "The exponent is half as large as it should be.": dy / (x / 2).cosh() ** 2,
        "Every entry is 0.25 times the right one: the factor 4 is missing.": dy / (4 * x.cosh() ** 2),
        "The square is missing in the denominator.": 4 * dy / ((2 * x.abs()).exp() + 1),
        "The upstream gradient is forgotten: this is the slope.": 1 / x.cosh() ** 2,
    }


def rsqrt_backward(dy: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Mistakes in rsqrt_backward.

    Shapes: dy, y, and each result (B, H).
    """
    return {
        "This is the slope of the square root, 1 / (2y).": dy / (2 * y),
        "This is the slope of the reciprocal, −y².": -(y**2) * dy,
        "The slope was taken from the output as if it were the input: y is x**-0.5 already.": -0.5 * y**-1.5 * dy,
        "The factor one half is missing.": -(y**3) * dy,
        "The power is 2 where it is 3.": -(y**2) / 2 * dy,
        "The power of x and that of y are confused: x**-1.5 is y**3, and not y**-3.": -(y**-3) / 2 * dy,
        "The slope is forgotten: this is the upstream gradient.": dy,
        "The upstream gradient is forgotten: this is the slope.": -(y**3) / 2,
    }


def mend_tanh_layer(dy: Tensor, x: Tensor, b: Tensor) -> dict[str, Tensor]:
    """Mistakes in mend_tanh_layer.

    Shapes: dy, x (B, H); b (H,); each result (B, H) or (H,).
    """
    preact = x + b
    y = preact.tanh()
    found = of_backward(dy, preact)
    of_bias = {f"In db: {sentence}": wrong.sum(0) for sentence, wrong in found.items()}
    return found | of_bias | {
        "The slope was taken at x; the bias is forgotten.": (1 - x.tanh() ** 2) * dy,
        "y was summed where its gradient belongs.": y.sum(0),
        "The mean over the rows was taken; the mean in the loss is in dy already.": ((1 - y**2) * dy).mean(0),
    }


def gelu_backward(dy: Tensor, x: Tensor) -> dict[str, Tensor]:
    """Mistakes in gelu_backward.

    Shapes: dy, x, and each result (B, H).
    """
    inner = 0.8 * (x + 0.045 * x**3)
    h, slope = inner.tanh(), 0.8 * (1 + 0.135 * x**2)
    direct, through = 0.5 * (1 + h), 0.5 * x * (1 - h**2)
    return {
        "x is used twice, and the path through tanh is forgotten.": direct * dy,
        "x is used twice, and the direct path is forgotten.": through * slope * dy,
        "The two paths are subtracted; they must be added.": (direct - through * slope) * dy,
        "The slope of what is inside tanh is forgotten.": (direct + through) * dy,
        "The path through the cube is forgotten.": (direct + 0.8 * through) * dy,
        "The cube has the slope 3x², and the factor 3 is missing.": (direct + 0.8 * (1 + 0.045 * x**2) * through) * dy,
        "The factor 0.8 is missing in the slope of what is inside tanh.": (direct + slope / 0.8 * through) * dy,
        "The slope of tanh was taken from its input: 1 − inner² where 1 − h² belongs.":
            (direct + 0.5 * x * (1 - inner**2) * slope) * dy,
        "The slope of tanh was taken at x.": (direct + 0.5 * x * (1 - x.tanh() ** 2) * slope) * dy,
        "The slope of tanh is forgotten.": (direct + 0.5 * x * slope) * dy,
        "The factor x is forgotten on the path through tanh.": (direct + 0.5 * (1 - h**2) * slope) * dy,
        "The upstream gradient is forgotten: this is the slope.": direct + through * slope,
        "The direct path lacks the upstream gradient.": direct + through * slope * dy,
    }
