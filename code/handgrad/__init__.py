"""Gradients by hand: the operations of one small network, forward and backward.

`handgrad.ops` holds one module per operation, `handgrad.models.mlp.model` composes them,
`handgrad.check.comparison` compares what they compute with what autograd computes.
The book *Backprop by Hand* derives every line.
"""

__version__ = "0.1.0"
