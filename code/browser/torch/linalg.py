"""torch.linalg: norms."""

from browser.torch import products, reductions
from browser.torch.errors import unsupported


def vector_norm(x, ord=2, dim=None, keepdim=False, dtype=None):
    return reductions.norm(x, ord, dim, keepdim)


def matrix_norm(x, ord="fro", dim=(-2, -1), keepdim=False, dtype=None):
    if ord != "fro":
        raise unsupported(f"torch.linalg.matrix_norm with ord={ord!r}")
    return reductions.norm(x, 2, dim, keepdim)


def norm(x, ord=None, dim=None, keepdim=False, dtype=None):
    return reductions.norm(x, 2 if ord is None else ord, dim, keepdim)


matmul, vecdot = products.matmul, lambda x, y, dim=-1: (x * y).sum(dim)


def __getattr__(name):
    if name[:2] == "__":
        raise AttributeError(name)
    raise unsupported(f"torch.linalg.{name}")
