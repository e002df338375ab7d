"""The network of Part I: embedding, linear, batch normalisation, tanh, linear, cross-entropy."""

from importlib import import_module


def __getattr__(name: str):
    # `mlp.forward` is model.forward, loaded when first used: the site reads `values` without waiting for torch.
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.model"), name)
