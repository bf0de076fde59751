"""The entry point: a calculation on a file starts in a moment, everything else loads the whole command line.

Loading all storeys takes seconds of a processor; who recomputes a score should not wait for tables and pages.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

from cwb.kernel.errors import Refusal

PURE = {"score": "procurement.stress.commands", "clear": "ledger.netting.commands"}
"""Commands that need no database, no pages and no other feature: their name → the module that holds them."""


def main() -> None:
    """Run the `cwb` command."""
    words = sys.argv[1:]
    if words and words[0] in PURE:
        command: click.Command = getattr(import_module(PURE[words[0]]), words[0])
        sys.exit(run(lambda: command.main(words[1:], prog_name=f"cwb {words[0]}")))
    whole: Callable[[], None] = import_module("cwb.cli").main
    whole()


def run(command: Callable[[], Any]) -> int:
    """Run a command and say its exit code; a refusal is one line on stderr and the answer "no" (1)."""
    try:
        command()
    except Refusal as fault:
        click.echo(fault.text(), err=True)
        return 1
    return 0
