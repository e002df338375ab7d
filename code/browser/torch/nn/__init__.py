"""torch.nn, of which only the functions are here."""

from browser.torch.errors import unsupported


def __getattr__(name):
    if name[:2] == "__" or name == "functional":
        raise AttributeError(name)
    raise unsupported(f"torch.nn.{name}")
