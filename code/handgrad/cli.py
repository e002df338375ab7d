"""The command `handgrad`: what a reader does outside the book."""

import os
from pathlib import Path

import click

from handgrad import __version__

NAMES = click.option(
    "--names", "names_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Names, one a line, in UTF-8.  [default: the file that HANDGRAD_NAMES chooses, else the book's]",
)


def expected() -> tuple[type[Exception], ...]:
    """The errors that a user can mend; each already says how."""
    # Imported when one is raised: torch takes seconds to load, and --help needs none of it.
    from handgrad.fetch import FetchError
    from handgrad.names import NamesError

    return FetchError, NamesError


class Sentences(click.Group):
    """A group whose commands end an expected error with one sentence and exit status 1."""

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except expected() as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="handgrad")
def main() -> None:
    """Gradients by hand: what you do with this package outside the book."""


@main.command()
@click.option("--names", "names_file", type=click.Path(path_type=Path), metavar="FILE",
              help="The notebook's file of names.  [default: HANDGRAD_NAMES, else what fetch brought]")
@click.option("--seeds", type=click.IntRange(min=2), default=2000, show_default=True,
              help="How many draws of gain and bias to look at.")
def notebook(names_file: Path | None, seeds: int) -> None:
    """What the original notebook printed, and what we get.

    With its file of names every line can be checked. Without it, the lines about the minibatch can:
    the package keeps the 32 windows that the notebook drew. `handgrad fetch` brings the file.
    """
    from handgrad import fetch, names
    from handgrad import notebook as page

    chosen = names_file or os.environ.get(names.VARIABLE) or fetch.cached()
    click.echo(page.text(page.report(chosen, seeds)))


@main.command()
@click.option("--address", metavar="URL", help="Fetch from another place; the sha256 is checked there too.")
def fetch(address: str | None) -> None:
    """Fetch the notebook's own file of names.

    Brings the 32,033 names that the notebook used, from its public repository into your cache, checks their
    sha256, and prints where the file lies. To use it in every command and chapter:

        export HANDGRAD_NAMES="$(handgrad fetch)"
    """
    from handgrad import fetch as cache

    click.echo(cache.fetch(address or cache.ADDRESS))
