"""The command `handgrad bench`."""

import json

import click


@click.command()
@click.option("--rounds", metavar="N", type=click.IntRange(min=1), default=21, show_default=True,
              help="Turns that each form takes.")
@click.option("--steps", metavar="N", type=click.IntRange(min=1), default=300, show_default=True,
              help="Steps in a turn.")
@click.option("--demand", metavar="RATIO", type=click.FloatRange(min=0, min_open=True),
              help="End with status 1 unless inplace_step is this many times faster than autograd.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program.")
def bench(rounds: int, steps: int, demand: float | None, as_json: bool) -> None:
    """Measure one step of training, by hand and with autograd.

    Four forms take turns, and each turn is compared with autograd's turn in the same round: a machine that slows
    down does so for all. Where the rounds differ too much no ratio is given.

    \b
    Example:
        handgrad bench --rounds 41
    """
    import torch

    from handgrad import bench as measuring
    from handgrad import bench_report as report

    rows = measuring.bench(rounds, steps)
    if as_json:
        click.echo(json.dumps(report.document(rows, rounds, steps), indent=1))
    else:
        click.echo(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, one thread; "
                   f"{rounds} rounds of {steps} steps a form")
        click.echo(report.table(rows))
    for complaint in filter(None, (report.doubt(rows, rounds), report.short(rows, demand))):
        click.echo(complaint, err=True)
    raise SystemExit(1 if report.short(rows, demand) else 0)
