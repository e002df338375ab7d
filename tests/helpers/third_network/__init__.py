"""A network of the tests: what a transformer has and the book's first network has not.

A block that is repeated, a value that is used in two places, one parameter used twice, three axes, targets that do not
count. The package knows nothing of it, and takes it by the contract in `handgrad.models`.
"""

from third_network.model import Parameters, Settings, backward, begin, forward, logits, score, window
from third_network.trace import Steps, backward_steps, forward_steps
from third_network.values import NETWORK

__all__ = [
    "NETWORK", "Parameters", "Settings", "Steps", "backward", "backward_steps", "begin", "forward", "forward_steps",
    "logits", "score", "window",
]
