"""Train for 200,000 steps, and write down what the chapter `training` shows of it.

    python code/tools/record_training.py                            the book's names: two files in data/
    python code/tools/record_training.py --names FILE --out FILE    the record alone, of other names
    options: --gains 4, how many further runs with other seeds of gain and shift; --steps 200000

A run takes minutes. The same machine and the same torch write the same bytes again.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from handgrad.data import names
from handgrad.data.names import Data
from handgrad.models import mlp
from handgrad.models.method import Method
from handgrad.models.mlp.inference import Statistics
from handgrad.models.mlp.inplace import INPLACE
from handgrad.models.mlp.trace import EPS
from handgrad.models.mlp.workspace import Workspace
from handgrad.support import digest
from handgrad.training import checkpoint, evaluation, generate, loop, stored_run
from handgrad.training.evaluation import Trained
from handgrad.training.runs import Settings, State, begin, trained
from handgrad.training.stored_run import Record

# Often at first, where the loss falls fast, then every 10,000 steps.
EARLY = (0, 1_000, 2_000, 5_000)
EVERY = 10_000
# The notebook of makemore, part 3, and torch.nn.BatchNorm1d.
MOMENTA = (0.001, 0.1)
SAMPLE_SEED, SAMPLES = 1, 20


def watched(losses: list[Tensor], running: dict[float, Statistics]) -> Method:
    """The step in place, which leaves its loss in `losses` and moves the running statistics."""
    def step(work: Workspace, context: Tensor, targets: Tensor, rate: float):
        work, loss = INPLACE.step(work, context, targets, rate)
        losses.append(loss)
        mean, var = batch_statistics(work)
        for momentum, kept in running.items():
            kept.mean.lerp_(mean, momentum)
            kept.var.lerp_(var, momentum)
        return work, loss
    return INPLACE._replace(step=step)


def batch_statistics(work: Workspace) -> tuple[Tensor, Tensor]:
    """Mean and variance, with Bessel's correction, of the minibatch that a step has seen.

    Shapes: mean, var (1, H).
    """
    # The workspace's variance divides by B, its eps is scaled to match, and its pre_bn lacks b1.
    ratio = work.eps / EPS
    return (work.mean + work.b1)[None], (work.rstd**-2 / ratio - EPS)[None]


def evaluated(state: State, data: Data) -> dict[str, float]:
    """The losses at a step, with the statistics of the whole training split."""
    statistics = mlp.calibrate(state.params, data.train.context)
    now = Trained(state.params, statistics, state.vocabulary)
    found = {part: evaluation.loss(now, getattr(data, part)) for part in ("train", "dev")}
    return {"step": state.step} | found


def fresh(H: int) -> Statistics:
    """Running statistics before the first step."""
    return Statistics(torch.zeros(1, H), torch.ones(1, H))


def follow(data: Data, settings: Settings) -> tuple[State, dict[str, object]]:
    """Train, and measure on the way: the fields of a record that only the run itself can fill."""
    losses, running = [], {momentum: fresh(settings.H) for momentum in MOMENTA}
    found = {"stds": [], "evaluated": [evaluated(begin(data, settings), data)]}

    def look(state: State) -> None:
        found["stds"].append(torch.stack(losses).double().std().item())
        losses.clear()
        if state.step in EARLY or state.step % EVERY == 0 or state.step == settings.steps:
            found["evaluated"].append(evaluated(state, data))
            print(found["evaluated"][-1], file=sys.stderr)

    end = loop.train(data, settings, progress=look, method=watched(losses, running))
    found["running"] = {
        str(momentum): evaluation.losses(trained(end)._replace(statistics=kept), data)
        for momentum, kept in running.items()
    }
    return end, found


def record(path: Path, settings: Settings, gains: int, save: Callable[[State], str]) -> Record:
    """Make the record of the names in a file; `save` keeps the network and names its file's sha256."""
    data = names.load(path)
    end, found = follow(data, settings)
    network, generator = trained(end), torch.Generator().manual_seed(SAMPLE_SEED)
    others = {
        str(seed): evaluation.losses(trained(loop.train(data, settings._replace(gain_seed=seed))), data)
        for seed in range(gains)
    }
    return Record(
        names=stored_run.names_of(path, data), made_with=stored_run.made_with(),
        settings=settings._asdict(), block=loop.BLOCK, means=list(end.losses),
        losses=evaluation.losses(network, data), other_gains=others,
        sample_seed=SAMPLE_SEED, samples=generate.names(network, SAMPLES, generator),
        network=save(end), **found,
    )


def keep(state: State) -> str:
    """Write the network beside the record of the book's own names."""
    file = stored_run.DATA / stored_run.NETWORK
    checkpoint.save(file, state)
    return digest.of_file(file)


def main(arguments: list[str] | None = None) -> None:
    """Record a run, as the command line says."""
    parser = argparse.ArgumentParser(description="Record a training run for the chapter `training`.")
    parser.add_argument("--names", type=Path, help="another file of names; then --out is needed")
    parser.add_argument("--out", type=Path, help="where the record goes")
    parser.add_argument("--gains", type=int, default=4, help="further runs with other gains (%(default)s)")
    parser.add_argument("--steps", type=int, default=Settings().steps, help="steps of a run (%(default)s)")
    chosen = parser.parse_args(arguments)
    if chosen.names and not chosen.out:
        parser.error("with --names say by --out where the record goes, which is not data/training.json")
    torch.set_num_threads(1)
    own = chosen.out is None
    path = (chosen.names or stored_run.DATA / "names.txt").absolute()
    try:
        made = record(path, Settings(steps=chosen.steps), chosen.gains, keep if own else lambda state: "")
        (chosen.out or stored_run.DATA / stored_run.RECORD).write_text(stored_run.text(made), encoding="utf-8")
    except (names.NamesError, OSError, ValueError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
