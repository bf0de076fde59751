"""The command line: one group, mounting the commands of every feature."""

import sys
from collections.abc import Callable
from typing import Any

import click
from psycopg.errors import UndefinedColumn, UndefinedTable
from sqlalchemy.exc import OperationalError, ProgrammingError

from cwb.config import Config, ConfigurationError
from cwb.kernel.errors import Refusal
from cwb.kernel.feature import load
from cwb.kernel.postgres_home import EmbeddedPostgresError


class Cwb(click.Group):
    """Prints a refusal as one line on stderr: exit 1 when the answer is no, 2 for wrong use."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except Refusal as fault:
            click.echo(fault.text(), err=True)
            ctx.exit(1)
        except (ConfigurationError, EmbeddedPostgresError) as fault:
            click.echo(str(fault), err=True)
            ctx.exit(2)
        except OperationalError as fault:
            reason = str(fault.orig).strip().splitlines()
            click.echo(f"The database does not answer: {reason[-1] if reason else fault}", err=True)
            ctx.exit(2)
        except ProgrammingError as fault:
            if not isinstance(fault.orig, (UndefinedTable, UndefinedColumn)):
                raise
            click.echo("The database is not that of this version: run `cwb db upgrade` first.", err=True)
            ctx.exit(2)


def build() -> click.Group:
    """The command with those of every configured feature."""
    group = Cwb("cwb", help="Cooperative marketplace: from need to where the euro landed.")
    for feature in load(Config.from_environment().features):
        for command in feature.commands:
            _mount(group, command)
    return group


def _mount(group: click.Group, command: click.Command) -> None:
    """Add a command; two features may share a group ("spend"), whose commands are then joined."""
    there = group.commands.get(command.name or "")
    if isinstance(there, click.Group) and isinstance(command, click.Group):
        for each in command.commands.values():
            there.add_command(each)
    else:
        group.add_command(command)


def main() -> None:
    """Entry point of the `cwb` command."""
    run: Callable[[], Any] = build()
    sys.exit(run())
