"""The networks of the book, each in a folder of its own, and what holds for any of them.

A *model* is a package, or any other namespace, with these names. What trains, compares, draws or stores a network
takes a model and knows no more of it:

values     NETWORK: the description of every value (`network.Network`), from which everything shown is derived
model      Parameters: a NamedTuple of tensors; its fields are the names of values that no line makes
           forward(params, inputs, targets) -> loss, saved
           backward(dloss, saved) -> Parameters
trace      Steps: a NamedTuple with the names of NETWORK.values, in their order
           forward_steps(params, inputs, targets) -> Steps
           backward_steps(dloss, steps) -> Steps, with None for what has no gradient

To be trained by `training`, it has also:

settings   Settings: a NamedTuple, with defaults, of steps, batch, rate, late_rate, seed and dtype, and of the
           model's sizes
           begin(settings, generator, V, inputs, targets, dtype) -> Parameters

And where it can:

inference  Statistics and calibrate(params, inputs) -> Statistics, if it needs any once training is over
           score(params, statistics, inputs, targets) -> mean loss, number of targets that count
           logits(params, statistics, inputs) -> the logits of what follows each row
           window(params) -> how many characters it reads
inplace    METHODS: by kind of device, a faster `method.Method` than the plain one
"""
