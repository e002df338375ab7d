"""What this torch leaves out, and says so."""


class Unsupported(AttributeError):
    """Something of torch that has no place in a page; its text is a whole sentence."""


def unsupported(what):
    """The error for something that is left out.

    what: how the reader called it, such as `torch.randn`.
    """
    if any(part in what for part in AUTOGRAD):
        return Unsupported(f"{what} belongs to autograd, and here the gradient is written by hand")
    if any(part in what for part in RANDOM):
        return Unsupported(
            f"{what} draws other numbers each time, and this page has no such draws; "
            "write the numbers down with torch.tensor"
        )
    return Unsupported(
        f"there is no {what} in the part of torch that runs in this page: look at the spelling, "
        "or run `handgrad check` on your own machine, which has all of torch"
    )


AUTOGRAD = ("grad", "backward", "autograd", "retain_", "optim", "vjp", "jacobian")
RANDOM = ("rand", "seed", "Generator", "bernoulli", "multinomial", "normal_", "uniform_", "dropout")
