"""Names out of a trained model, one character after another."""

import torch
from torch import Tensor

from handgrad.ops import softmax
from handgrad.training.evaluation import Trained, logits

# The longest name in the book's file has 15 characters; a model trained for a few steps may not end at all.
LONGEST = 40
END = 0


def probabilities(trained: Trained, context: Tensor) -> Tensor:
    """The probability of every character, after each context.

    Shapes: context (N, T); probabilities (N, V).
    Raises: ValueError if the model's numbers are not finite.
    """
    probs, _ = softmax.forward(logits(trained, context))
    if not probs.isfinite().all():
        raise ValueError("the parameters of the model are not finite, so nothing can be drawn; train again")
    return probs


def name(trained: Trained, generator: torch.Generator, longest: int = LONGEST) -> str:
    """Draw one name: each character by its probability after the last ones, until the end is drawn.

    `generator` is on the device of the model. A name that has not ended is cut after `longest` characters;
    one whose end is drawn first is empty.
    Raises: ValueError if `longest` is less than 1, and as probabilities.
    """
    if longest < 1:
        raise ValueError(f"a name has at least 1 character, so longest cannot be {longest}")
    T, device = trained.model.window(trained.params), trained.params[0].device
    codes = [END] * T
    while len(codes) < T + longest:
        context = torch.tensor([codes[-T:]], device=device)
        code = torch.multinomial(probabilities(trained, context)[0], 1, generator=generator).item()
        if code == END:
            break
        codes.append(code)
    return "".join(trained.vocabulary[code] for code in codes[T:])


def names(trained: Trained, count: int, generator: torch.Generator, longest: int = LONGEST) -> list[str]:
    """Draw `count` names, one after the other; the same state of `generator` gives the same names.

    Raises: ValueError if count is negative, and as name.
    """
    if count < 0:
        raise ValueError(f"count must be 0 or more, not {count}")
    return [name(trained, generator, longest) for _ in range(count)]
