"""The third network with every value kept: Steps has the fields that the description has."""

from typing import NamedTuple

import torch
from torch import Tensor

from third_network.model import places
from third_network.values import VALUES

Steps = NamedTuple("Steps", [(value.name, Tensor | None) for value in VALUES])


def forward_steps(params, context, targets):
    table, made = params.table, {"context": context, "targets": targets, **params._asdict()}
    x = made["emb"] = table[context]
    for i in (0, 1):
        past = x.cumsum(1) / places(x)
        mix = past @ made[f"W_{i}"]
        gate = mix.tanh()
        x = x + gate
        made |= {f"past_{i}": past, f"mix_{i}": mix, f"gate_{i}": gate, f"out_{i}": x}
    scores = x @ table.T
    logprobs = scores.log_softmax(2)
    kept, known = targets >= 0, targets.clamp(min=0)
    chosen = logprobs.gather(2, known.unsqueeze(2)).squeeze(2)
    loss = -(chosen * kept).sum() / kept.sum()
    made |= {"scores": scores, "logprobs": logprobs, "kept": kept, "known": known, "chosen": chosen, "loss": loss}
    return Steps(**made)


def backward_steps(dloss, steps):
    found = dict.fromkeys(Steps._fields) | {"loss": dloss}
    dchosen = found["chosen"] = steps.kept * (-dloss / steps.kept.sum())
    dlogprobs = found["logprobs"] = torch.zeros_like(steps.logprobs).scatter(
        2, steps.known.unsqueeze(2), dchosen.unsqueeze(2)
    )
    dscores = found["scores"] = dlogprobs - steps.logprobs.exp() * dlogprobs.sum(2, keepdim=True)
    dx = found["out_1"] = dscores @ steps.table
    for i, x in ((1, "out_0"), (0, "emb")):
        past, gate, W = (getattr(steps, f"{name}_{i}") for name in ("past", "gate", "W"))
        dgate = dx
        dmix = (1 - gate**2) * dgate
        dpast = dmix @ W.T
        dW = past.flatten(0, 1).T @ dmix.flatten(0, 1)
        dx = (dpast / places(dx)).flip(1).cumsum(1).flip(1) + dx
        found |= {f"gate_{i}": dgate, f"mix_{i}": dmix, f"past_{i}": dpast, f"W_{i}": dW, x: dx}
    by_scores = dscores.flatten(0, 1).T @ steps.out_1.flatten(0, 1)
    by_emb = torch.zeros_like(steps.table).index_add(0, steps.context.flatten(), dx.flatten(0, 1))
    return Steps(**found | {"table": by_scores + by_emb})
