"""The network of Part I: embedding, linear, batch normalisation, tanh, linear, cross-entropy."""

from importlib import import_module

# Loaded when first used: the site reads NETWORK without waiting for torch.
HOMES = {
    "values": ("NETWORK",),
    "model": ("Parameters", "Saved", "init", "forward", "backward"),
    "trace": ("Steps", "forward_steps", "backward_steps"),
    "settings": ("Settings", "begin"),
    "inference": ("Statistics", "calibrate", "logits", "score", "window"),
    "inplace": ("METHODS",),
}


def __getattr__(name: str):
    for home, names in HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
