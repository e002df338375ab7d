"""Gradient descent in its plainest form."""



def descend(params: tuple, gradients: tuple, rate: float) -> tuple:
    """Move every parameter against its gradient; `params` stay as they are.

    Shapes: gradients and the result as params.
    """
    return type(params)(*(p - rate * dp for p, dp in zip(params, gradients, strict=True)))
