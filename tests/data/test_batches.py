"""Minibatches: rows drawn with replacement, the same ones of every tensor, in an order that the seed decides."""

import torch

from handgrad.data import batches, names


def test_one_draw_of_many_minibatches_draws_the_same_as_many_draws_of_one():
    split = names.load().train
    one, other = torch.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    rows = batches.draw(split, (50, 32), one)
    for row in rows:
        context, targets = batches.minibatch(split, 32, other)
        assert torch.equal(split.context[row], context) and torch.equal(split.targets[row], targets)
    assert torch.equal(one.get_state(), other.get_state())


def test_rows_are_drawn_with_replacement_and_of_any_number_of_tensors():
    parts = (torch.arange(5), torch.arange(10).view(5, 2), torch.arange(5.0))
    drawn = batches.minibatch(parts, 40, torch.Generator().manual_seed(1))
    assert set(drawn[0].tolist()) == set(range(5)), "forty of five rows: some come more than once"
    assert torch.equal(drawn[1], parts[1][drawn[0]]) and torch.equal(drawn[2], parts[2][drawn[0]])
