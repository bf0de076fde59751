"""`cwb assets`: build what the pages are dressed in."""

from pathlib import Path

import click

from cwb.assets.build import AssetsNotBuilt, build, build_dev, target
from cwb.config import Config


@click.command()
@click.option("--dev", is_flag=True, help="Also fetch the accessibility checker for the browser tests.")
@click.option("--force", is_flag=True, help="Build again although nothing changed.")
def assets(dev: bool, force: bool) -> None:
    """Build style sheets, script and fonts into static/vendor."""
    try:
        made = build(force=force)
        click.echo(f"assets {'built in' if made else 'up to date in'} {target()}")
        if dev:
            click.echo(f"checker in {build_dev(dev_folder())}")
    except AssetsNotBuilt as fault:
        raise click.ClickException(str(fault)) from fault


def dev_folder() -> Path:
    """Where tools for the tests lie; never served."""
    return Config.from_environment().data_dir / "dev-assets"
