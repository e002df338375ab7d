"""The operations of the network in their order, as names. Nothing here needs torch: pages are made without it."""

from typing import NamedTuple


class Layer(NamedTuple):
    """One operation of the network: its chapter, its title, and what goes in and comes out."""

    stem: str
    title: str
    input: str
    output: str


NETWORK = (
    Layer("embedding", "embedding", "context", "flat"),
    Layer("linear", "linear", "flat", "pre_bn"),
    Layer("batchnorm", "batch norm", "pre_bn", "preact"),
    Layer("tanh", "tanh", "preact", "h"),
    Layer("linear", "linear", "h", "logits"),
    Layer("cross_entropy", "cross-entropy", "logits", "loss"),
)
