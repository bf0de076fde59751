"""`cwb translations update|compile|check`."""

import sys

import click

from cwb import paths
from cwb.translating import services


@click.group()
def translations() -> None:
    """Catalogues of translations (in a checkout)."""


@translations.command()
def update() -> None:
    """Gather new texts into every catalogue."""
    services.update(paths.PACKAGE.parent)


@translations.command(name="compile")
def compile_catalogues() -> None:
    """Compile what changed."""
    services.compile_stale()


@translations.command()
def check() -> None:
    """Exit 1 unless every text is translated, sure, and has its placeholders."""
    found = list(services.faults(paths.PACKAGE.parent))
    for fault in found:
        print(fault)
    if found:
        click.echo(f"{len(found)} faults in the catalogues", err=True)
        sys.exit(1)
