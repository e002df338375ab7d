"""Every value of the third network: the two blocks come from one function."""

from handgrad.models.network import Layer, Lookup, Network, Value

PLACES = "torch.arange(1, T + 1).view(T, 1)"


def spread(x, i):
    """The backward lines of a value that a block averages and also passes on."""
    return (f"via_past = (dpast_{i} / {PLACES}).flip(1).cumsum(1).flip(1)\n"
            f"d{x} = via_past + dout_{i}")


def block(i, x, next_chapter, next_back):
    """The values of block i, which reads x; what comes out of it is derived where the next operation is."""
    return (
        Value(f"W_{i}", rf"W^{{({i})}}_{{de}}", ("D", "D"), f"weights of block {i}", chapter="mix",
              back=f"dW_{i} = past_{i}.flatten(0, 1).T @ dmix_{i}.flatten(0, 1)"),
        Value(f"past_{i}", "", ("B", "T", "D"), "the mean of what came so far", chapter="mix",
              line=f"past_{i} = {x}.cumsum(1) / {PLACES}",
              back=f"dpast_{i} = dmix_{i} @ W_{i}.T"),
        Value(f"mix_{i}", "", ("B", "T", "D"), "the mean, mixed", chapter="tanh",
              line=f"mix_{i} = past_{i} @ W_{i}",
              back=f"dmix_{i} = (1 - gate_{i}**2) * dgate_{i}"),
        Value(f"gate_{i}", "", ("B", "T", "D"), "its tanh", chapter="residual",
              line=f"gate_{i} = mix_{i}.tanh()",
              back=f"dgate_{i} = dout_{i}"),
        Value(f"out_{i}", "", ("B", "T", "D"), f"what block {i} gives", chapter=next_chapter,
              line=f"out_{i} = {x} + gate_{i}",
              back=next_back),
    )


def layers(i, x):
    """The operations of block i, which reads x."""
    return (Layer("mix", (x, f"W_{i}"), f"mix_{i}"), Layer("tanh", (f"mix_{i}",), f"gate_{i}"),
            Layer("residual", (x, f"gate_{i}"), f"out_{i}"))


VALUES = (
    Value("context", "", ("B", "T"), "the codes of the characters"),
    Value("targets", "", ("B", "T"), "the codes of what comes next; −1 does not count"),
    Value("table", "", ("V", "D"), "a vector for each character, read and compared with", chapter="embedding",
          back="via_scores = dscores.flatten(0, 1).T @ out_1.flatten(0, 1)\n"
               "via_emb = torch.zeros_like(table).index_add(0, context.flatten(), demb.flatten(0, 1))\n"
               "dtable = via_scores + via_emb"),
    Value("emb", "", ("B", "T", "D"), "the vectors of the context", chapter="mix",
          line="emb = table[context]",
          back=spread("emb", 0)),
    *block(0, "emb", "mix", spread("out_0", 1)),
    *block(1, "out_0", "tied", "dout_1 = dscores @ table"),
    Value("scores", "", ("B", "T", "V"), "how much each character is like what came out", chapter="counted",
          line="scores = out_1 @ table.T",
          back="dscores = dlogprobs - logprobs.exp() * dlogprobs.sum(2, keepdim=True)"),
    Value("logprobs", "", ("B", "T", "V"), "the logarithms of their probabilities", chapter="counted",
          line="logprobs = scores.log_softmax(2)",
          back="dlogprobs = torch.zeros_like(logprobs).scatter(2, known.unsqueeze(2), dchosen.unsqueeze(2))"),
    Value("kept", "", ("B", "T"), "which targets count",
          line="kept = targets >= 0"),
    Value("known", "", ("B", "T"), "the targets, with a code that there is where they do not count",
          line="known = targets.clamp(min=0)"),
    Value("chosen", "", ("B", "T"), "the entries of the targets", chapter="counted",
          line="chosen = logprobs.gather(2, known.unsqueeze(2)).squeeze(2)",
          back="dchosen = kept * (-dloss / kept.sum())"),
    Value("loss", "", (), "minus their mean over those that count", chapter="counted", equation=False,
          line="loss = -(chosen * kept).sum() / kept.sum()",
          back="dloss = torch.ones_like(loss)"),
)
NETWORK = Network(
    "third_network", "The third network", VALUES,
    (
        Layer("embedding", ("table", "context"), "emb"), *layers(0, "emb"), *layers(1, "out_0"),
        Layer("tied", ("out_1", "table"), "scores"), Layer("counted", ("scores", "targets"), "loss"),
    ),
    lookups=(Lookup("table", "emb", "V", "context"), Lookup("logprobs", "chosen", "V", "known")),
)
