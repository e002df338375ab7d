"""The step in place is the plain step, but for rounding."""

import pytest
import torch
from trajectories import FINER, INPLACE_ROUNDINGS, distances, follow, mutant, require_same_way

from handgrad.models.mlp.inplace import INPLACE, inplace_step
from handgrad.models.mlp.model import Parameters, init
from handgrad.speed.rungs.autograd import EAGER
from handgrad.training.step import PLAIN

# The line that computes dh, and the one that moves W2.
DH = "torch.addmm(work.dh, work.dlogits, work.W2_T, beta=0, alpha=0.5, out=work.dh)"
MOVE = "work.W2.addmm_(work.h_one_T, work.dlogits)"
WRONG = (
    ("models.mlp.inplace", "descend", f"{DH}\n    {MOVE}", f"{MOVE}\n    {DH}"),
    ("models.mlp.inplace", "descend", "alpha=work.unit**2", "alpha=work.unit"),
    ("models.mlp.inplace", "descend", "alpha=4", "alpha=2"),
    ("models.mlp.inplace", "descend", "alpha=0.5", "alpha=1"),
    ("models.mlp.inplace", "descend", "rate / B", "rate"),
    ("models.mlp.inplace", "descend", "work.W2_T, beta=0", "work.W2_T, beta=1"),
    ("models.mlp.inplace", "descend", "accumulate=True", "accumulate=False"),
    ("models.mlp.inplace", "descend", "dtable.zero_()", "dtable"),
    ("models.mlp.inplace", "forward", "alpha=2", "alpha=1"),
    ("models.mlp.workspace", "start", "ratio = (batch - 1) / batch", "ratio = 1.0"),
    ("models.mlp.workspace", "start", "EPS * ratio", "EPS"),
    ("models.mlp.workspace", "finish", "work.shift / 2", "work.shift"),
    ("models.mlp.workspace", "packed", "torch.finfo(W2.dtype).min", "0"),
)


@pytest.mark.parametrize("dtype", (torch.float64, torch.float32), ids=str)
@pytest.mark.parametrize("steps, options", [(1, {}), (20, {"seed": 3})])
def test_the_steps_go_the_way_of_autograd(steps, options, dtype):
    require_same_way(INPLACE, steps, dtype, INPLACE_ROUNDINGS, **options)


def test_a_thousand_steps_end_where_the_plain_ones_end():
    single, double = torch.float32, torch.float64
    plain = {dtype: follow(PLAIN, 1000, dtype, hidden=200) for dtype in (single, double)}
    grown = distances(plain[single][0], plain[double][0])
    for dtype, scale in ((single, 1.0), (double, FINER)):
        params, losses = follow(INPLACE, 1000, dtype, hidden=200)
        found = distances(params, plain[dtype][0])
        for name, off, most in zip(Parameters._fields, found, grown, strict=True):
            assert off <= INPLACE_ROUNDINGS * scale * most, f"{name} in {dtype}"
        torch.testing.assert_close(losses, plain[dtype][1])


@pytest.mark.parametrize("module, function, old, new", WRONG, ids=lambda part: str(part)[:40])
def test_a_wrong_step_in_place_is_noticed(module, function, old, new, monkeypatch):
    wrong = mutant(module, function, old, new)
    monkeypatch.setattr(f"handgrad.{module}.{function}", wrong)
    named = {"start": "start", "finish": "finish"}
    method = INPLACE._replace(**{named[function]: wrong}) if function in named else INPLACE
    with pytest.raises(AssertionError, match="away from autograd's"):
        require_same_way(method, 5, torch.float64, INPLACE_ROUNDINGS)


def test_b1_stays_where_it_is_since_normalisation_takes_it_out_again():
    params, _ = follow(INPLACE, 50, torch.float32)
    start = init(torch.Generator().manual_seed(0), None)
    by_autograd, _ = follow(EAGER, 50, torch.float32)
    assert torch.equal(params.b1, start.b1)
    # What autograd moves it by is rounding: next to nothing of how far the others move.
    assert distances(by_autograd, start).b1 < 1e-5 * distances(by_autograd, start).b2


@pytest.mark.parametrize("vocabulary, batch", [(27, 2), (16, 5), (33, 7), (2, 3)])
def test_any_vocabulary_and_batch_fit(vocabulary, batch):
    generator = torch.Generator().manual_seed(1)
    params = init(generator, None, (vocabulary, 2, 3, 5), torch.float64)
    context = torch.randint(0, vocabulary, (batch, 2), generator=generator)
    targets = torch.randint(0, vocabulary, (batch,), generator=generator)
    work, loss = INPLACE.step(INPLACE.start(params, batch), context, targets, 0.1)
    plain, expected = PLAIN.step(params, context, targets, 0.1)
    torch.testing.assert_close(loss, expected)
    for got, want in zip(INPLACE.finish(work), plain, strict=True):
        torch.testing.assert_close(got, want)


def test_huge_logits_leave_the_padding_without_probability():
    params = init(torch.Generator().manual_seed(1), None, (3, 2, 3, 5))
    params = params._replace(b2=torch.full((3,), -1e35))
    context, targets = torch.tensor([[0, 1], [2, 1]]), torch.tensor([0, 2])
    work, loss = INPLACE.step(INPLACE.start(params, 2), context, targets, 0.1)
    assert loss.isfinite() and all(p.isfinite().all() for p in INPLACE.finish(work))
    assert (work.dlogits[:, 3:] == 0).all()


def test_another_batch_than_the_memory_is_for_is_refused():
    work = INPLACE.start(init(torch.Generator().manual_seed(1)), 32)
    context, targets = torch.zeros(31, 3, dtype=torch.int64), torch.zeros(31, dtype=torch.int64)
    with pytest.raises(ValueError, match=r"this memory is for 32 rows of context.*\(31, 3\)"):
        inplace_step(work, context, targets, 0.1)


def test_the_parameters_given_stay_as_they_are_and_the_result_is_in_memory_of_its_own():
    start = init(torch.Generator().manual_seed(1))
    kept = [p.clone() for p in start]
    work = INPLACE.start(start, 4)
    codes = torch.arange(12).view(4, 3)
    work, _ = inplace_step(work, codes, codes[:, 0], 0.1)
    finished = INPLACE.finish(work)
    again = [p.clone() for p in finished]
    inplace_step(work, codes, codes[:, 0], 0.1)
    assert all(torch.equal(p, q) for p, q in zip(start, kept, strict=True))
    assert all(torch.equal(p, q) for p, q in zip(finished, again, strict=True))
    assert not torch.equal(start.W1, finished.W1)
