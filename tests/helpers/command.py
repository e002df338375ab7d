"""Running the command `handgrad` inside a test."""

from click.testing import CliRunner

from handgrad.cli.command import main
from handgrad.data import names


def run(*arguments, status=0, **environment):
    """Run the command in this process, and demand its exit status and no traceback.

    HANDGRAD_NAMES is not set unless `environment` sets it.
    """
    runner = CliRunner(env={names.VARIABLE: None} | environment)
    result = runner.invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def sentence(*arguments, **environment):
    """The one line with which the command ends an expected error."""
    result = run(*arguments, status=1, **environment)
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr
