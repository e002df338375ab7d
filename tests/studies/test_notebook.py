"""What the notebook printed comes out here, line by line."""

import os
import random
import subprocess
import sys

import edition
import pytest
import torch
import torch.nn.functional as F

from handgrad.data import names
from handgrad.studies.original_notebook import notebook_lines, outputs

# What F.softmax in one line gives against F.cross_entropy's gradient, for each of torch's kernels.
MAXDIFF = {
    "DEFAULT": "9.313225746154785e-10",
    "AVX2": "1.862645149230957e-09",
    "AVX512": "1.862645149230957e-09",
}
FROM_MINIBATCH = (
    "parameters", "minibatch", "loss", "dlogits exact", "dlogits approximate", "dlogits maxdiff",
)


@pytest.fixture(scope="module")
def bare():
    return outputs.report()


def here(report):
    return {line.what: line.here for line in report.lines}


def expected(report):
    """What the notebook printed, with the difference that these kernels give."""
    maxdiff = MAXDIFF.get(report.kernels, here(report)["dlogits maxdiff"])
    return outputs.PRINTED | {"dlogits maxdiff": maxdiff}


@edition.needed
def test_every_line_with_the_notebooks_file():
    report = outputs.report(edition.PATH, seeds=10)
    assert report.same_file
    assert here(report) == expected(report)
    assert [line.printed for line in report.lines] == list(outputs.PRINTED.values())


@edition.needed
def test_the_kept_windows_are_the_minibatch_drawn_from_the_file():
    _, drawn = notebook_lines.draw(names.load(edition.PATH))
    for kept, found in zip(notebook_lines.windows(), drawn, strict=True):
        assert torch.equal(kept, found)


def test_printed_facts():
    assert outputs.PRINTED["names"] == "32033"
    assert (outputs.PRINTED["parameters"], outputs.PRINTED["minibatch"]) == ("4137", "32")
    assert outputs.PRINTED["loss"] == "3.3322"
    assert (outputs.PRINTED["dlogits exact"], outputs.PRINTED["dlogits approximate"]) == ("False", "True")
    assert outputs.PRINTED["dlogits maxdiff"] == "1.862645149230957e-09"
    assert [outputs.PRINTED[part] for part in ("train", "dev", "test")] == [
        "(182625, 3)", "(22655, 3)", "(22866, 3)"]


def test_without_a_file_the_minibatch_lines_come_out(bare):
    assert bare.file is None
    assert not bare.same_file
    for what, value in here(bare).items():
        assert value == (expected(bare)[what] if what in FROM_MINIBATCH else "")


def test_another_file_changes_the_first_lines_only(bare):
    report = outputs.report(names.locate(), seeds=2)
    assert not report.same_file
    assert here(report)["names"] == "32178"
    assert here(report)["train"] == "(183430, 3)"
    for what in FROM_MINIBATCH:
        assert here(report)[what] == here(bare)[what]


def test_distribution_of_the_loss(bare):
    seeds, mean, std, below = bare.spread
    assert seeds == 2000
    assert f"{mean:.4f} {std:.4f}" == "3.3404 0.0130"
    assert round(100 * below) == 27


def test_losses_are_those_of_the_global_seeds():
    context, targets = notebook_lines.windows()
    found = notebook_lines.losses(context, targets, seeds=98)
    params, _ = notebook_lines.draw()
    for seed in (0, 41, 97):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            gamma, beta = torch.randn((1, 64)) * 0.1 + 1.0, torch.randn((1, 64)) * 0.1
        _, loss = notebook_lines.forward(params._replace(gamma=gamma, beta=beta), context, targets)
        torch.testing.assert_close(found[seed], loss.detach())
    assert f"{found[97].item():.4f}" == outputs.PRINTED["loss"]


def test_a_distribution_needs_two_seeds():
    with pytest.raises(ValueError, match="at least 2 seeds, not 1"):
        notebook_lines.losses(*notebook_lines.windows(), seeds=1)


def test_dlogits_is_the_gradient():
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(5, 7, dtype=torch.float64, generator=generator).requires_grad_()
    targets = torch.tensor([0, 6, 2, 2, 3])
    (grad,) = torch.autograd.grad(F.cross_entropy(logits, targets), logits)
    before = logits.detach().clone()
    torch.testing.assert_close(notebook_lines.dlogits(logits.detach(), targets), grad)
    assert torch.equal(logits.detach(), before)


def test_cmp_tells_wrong_from_close_from_equal():
    one = torch.tensor([1.0, 2.0])
    assert list(outputs.judged(one, one).values()) == ["True", "True", "0.0"]
    assert list(outputs.judged(one, one + 1e-6).values())[:2] == ["False", "True"]
    assert list(outputs.judged(one, one + 0.5).values()) == ["False", "False", "0.5"]


def test_global_random_state_is_left_alone():
    before = random.getstate(), torch.random.get_rng_state()
    outputs.report(names.locate(), seeds=2)
    assert random.getstate() == before[0]
    assert torch.equal(torch.random.get_rng_state(), before[1])


@pytest.mark.parametrize("kernels", ["default", "avx2"])
def test_kernels_decide_the_last_digits(kernels):
    supported = torch.backends.cpu.get_cpu_capability()
    if supported not in MAXDIFF or (kernels == "avx2" and supported == "DEFAULT"):
        pytest.skip(f"torch runs its {supported} kernels here and cannot be asked for {kernels}")
    program = (
        "from handgrad.studies.original_notebook import outputs; r = outputs.report(seeds=2); "
        "print(r.kernels, *(line.here for line in r.lines[-4:]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env=os.environ | {"ATEN_CPU_CAPABILITY": kernels},
    )
    assert answer.stdout.split() == [kernels.upper(), "3.3322", "False", "True", MAXDIFF[kernels.upper()]]


def test_text_says_what_came_out(bare):
    text = outputs.text(bare)
    rows = {line[:19].strip(): line[19:].split() for line in text.split("\n\n")[0].splitlines()[2:]}
    assert rows["names"] == ["32033", "needs", "the", "file"]
    assert rows["loss"] == ["3.3322", "3.3322", "same"]
    assert rows["dlogits exact"] == ["False", "False", "same"]
    assert "torch.manual_seed(97)" in text
    assert f"its {bare.kernels} kernels" in text
    assert "`handgrad fetch` brings the file" in text
    assert "3.3404 ± 0.0130, and 26.8% of them give less than 3.3322" in text
    assert max(map(len, text.splitlines())) < 110


def test_text_says_what_differs(bare):
    changed = [line._replace(here="3.4") if line.what == "loss" else line for line in bare.lines]
    text = outputs.text(bare._replace(lines=changed, file=names.locate()))
    assert [line.split()[-1] for line in text.splitlines() if line.startswith("loss")] == ["differs"]
    assert "is not the notebook's file of names" in text
    assert "was drawn from them" in outputs.text(bare._replace(file=names.locate(), same_file=True))
