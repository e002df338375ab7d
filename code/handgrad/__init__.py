"""Gradients by hand: the operations of one small network, forward and backward.

`handgrad.ops` holds one module per operation, `handgrad.mlp` composes them,
`handgrad.checking` compares what they compute with what autograd computes.
The book *Backprop by Hand* derives every line.
"""

__version__ = "0.1.0"
