"""The command `handgrad bench`."""

import json
import os

import click


class Demand(click.ParamType):
    """RUNG=RATIO."""

    name = "rung=ratio"

    def convert(self, value: str, param, ctx) -> tuple[str, float]:
        rung, _, ratio = value.partition("=")
        try:
            found = float(ratio)
        except ValueError:
            found = 0.0
        if not 0 < found < float("inf"):
            self.fail(f"{value!r} is not a rung and a positive ratio, such as inplace=3", param, ctx)
        return rung, found


@click.command()
@click.option("--rung", "chosen", metavar="NAME", multiple=True,
              help="Measure this rung, and eager to compare it with; again for more.  [default: all]")
@click.option("--batch", metavar="B", type=click.IntRange(min=2), default=32, show_default=True,
              help="Windows in a minibatch.")
@click.option("--hidden", metavar="H", type=click.IntRange(min=1), default=200, show_default=True,
              help="Hidden units.")
@click.option("--rounds", metavar="N", type=click.IntRange(min=1), default=21, show_default=True,
              help="Turns that each rung takes.")
@click.option("--steps", metavar="N", type=click.IntRange(min=1),
              help="Steps in a turn.  [default: 300, and fewer for larger sizes]")
@click.option("--device", metavar="DEVICE", default="cpu", show_default=True, help="Where to compute, such as cuda.")
@click.option("--demand", "demands", type=Demand(), metavar="RUNG=RATIO", multiple=True,
              help="End with status 1 unless that rung is so many times faster than eager; again for more.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program.")
def bench(chosen, batch: int, hidden: int, rounds: int, steps: int | None, device: str, demands, as_json: bool) -> None:
    """Measure one step of training on each rung of the ladder.

    The rungs take turns, and each turn is compared with eager autograd's turn in the same round: a machine that
    slows down does so for all. Beside them stands the floor, the step's products at the rate of large ones. Where
    the rounds differ too much a ratio is left out. A rung that cannot be used here is left out too, and the reason
    given. book/speed.md explains the rungs.

    \b
    Example:
        handgrad bench --rung inplace --rung native --rounds 41
    """
    # The profiler that counts memory reports its own start otherwise; it reads this when torch is loaded.
    os.environ.setdefault("KINETO_LOG_LEVEL", "99")
    from handgrad.speed import bench as measuring
    from handgrad.speed import bench_report, machine
    from handgrad.training.runs import Settings

    where = placed(device)
    rungs, absent = selected(chosen, where.type)
    settings = Settings(batch=batch, H=hidden)
    steps = steps or measuring.suited(settings)
    rows = measuring.bench(rungs, settings, rounds, steps, where)
    environment = machine.environment(where) | {"threads": 1}
    if as_json:
        click.echo(json.dumps(bench_report.document(rows, environment, settings, rounds, steps, absent), indent=1))
    else:
        click.echo(bench_report.heading(environment, settings, rounds, steps))
        click.echo(bench_report.table(rows))
    missed = bench_report.short(rows, demands)
    left_out = [f"{name} is left out: {reason}." for name, reason in absent.items()]
    for complaint in filter(None, (*left_out, bench_report.doubt(rows, rounds), *missed)):
        click.echo(complaint, err=True)
    raise SystemExit(1 if missed else 0)


def placed(device: str):
    """The device of this name.

    Raises: BadParameter if torch does not know it or cannot use it here.
    """
    import torch

    try:
        where = torch.device(device)
        torch.zeros(1, device=where)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        what = f"torch cannot compute on {device!r} here ({reason})"
        raise click.BadParameter(what, param_hint="--device") from error
    return where


def selected(chosen, device: str):
    """The rungs of these names, or all that can be used; and why the others cannot.

    Raises: BadParameter for a name that is none; ClickException if a rung that was named cannot be used.
    """
    from handgrad.speed import rungs as ladder

    if not chosen:
        absent = {rung.name: reason for rung in ladder.RUNGS if (reason := rung.missing(device))}
        return [rung for rung in ladder.RUNGS if rung.name not in absent], absent
    try:
        return [ladder.find(name, device) for name in dict.fromkeys(chosen)], {}
    except ladder.RungError as error:
        raise click.BadParameter(str(error), param_hint="--rung") from error
