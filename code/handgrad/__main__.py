"""`python -m handgrad`, where the command itself is not on the path."""

from handgrad.cli.command import main

main(prog_name="handgrad")
