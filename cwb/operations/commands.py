"""`cwb serve`, `cwb worker`, `cwb db …`, `cwb backup`, `cwb restore`."""

import json
import os
import sys
from pathlib import Path

import click

from cwb.config import Config
from cwb.jobs import gateway as jobs
from cwb.kernel import clock, postgres
from cwb.kernel.runtime import database_url
from cwb.operations import gateway, queries, services
from cwb.operations.errors import BackupUnreadable


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=None, type=click.IntRange(1, 64), help="Processes; default: cores + 1.")
def serve(*, host: str, port: int, workers: int | None) -> None:
    """Serve the pages. The database must be at this program's schema."""
    services.require_head(database_url(Config.from_environment()))
    print(f"cwb serves on http://{host}:{port}", flush=True)
    gateway.serve(host, port, workers or (os.cpu_count() or 1) + 1)


@click.command()
@click.option("--once", is_flag=True, help="Run what is due now, then stop.")
def worker(*, once: bool) -> None:
    """Run the jobs: mail, deadlines, sealing. Needed beside `cwb serve`."""
    config = Config.from_environment()
    services.require_head(database_url(config))
    jobs.run_worker(config, once=once)


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def upgrade(*, as_json: bool) -> None:
    """Bring the database to this program's schema, whole or not at all."""
    before, after = services.upgrade(database_url(Config.from_environment()))
    _tell({"before": before or None, "revision": after}, as_json=as_json)


@db.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(*, as_json: bool) -> None:
    """Say whether the database is at this program's schema; exit 1 if not."""
    with services.connected(database_url(Config.from_environment())) as connection:
        revision, head = queries.revision(connection), queries.head()
        fenced = queries.is_fenced(connection)
    facts: dict[str, object] = {
        "revision": revision or None,
        "head": head,
        "at_head": revision == head,
        "fenced": fenced,
    }
    _tell(facts, as_json=as_json)
    if not fenced:
        click.echo(
            "This role is a superuser or may bypass row security: the fence around bids is off.", err=True
        )
    sys.exit(0 if revision == head else 1)


@db.command()
def stop() -> None:
    """Stop the embedded PostgreSQL; the next command starts it again."""
    stopped = postgres.stop(Config.from_environment().data_dir / "postgres")
    print("The embedded PostgreSQL is stopped." if stopped else "No embedded PostgreSQL was running.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def backup(*, file: Path, as_json: bool) -> None:
    """Write database and keys to FILE. Keep it as safe as the keys: it opens everything."""
    config = Config.from_environment()
    manifest = services.back_up(database_url(config), config.data_dir, file.absolute(), at=clock.now())
    facts = manifest.as_json() | {"file": str(file), "bytes": file.stat().st_size}
    _tell(facts if as_json else _short(facts), as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is in the database.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def restore(*, file: Path, force: bool, as_json: bool) -> None:
    """Put the backup in FILE back. Stop `cwb serve` and `cwb worker` first."""
    config = Config.from_environment()
    try:
        manifest = services.restore(database_url(config), config.data_dir, file.absolute(), force=force)
    except BackupUnreadable as fault:
        click.echo(fault.text(), err=True)
        sys.exit(2)
    facts = manifest.as_json() | {"file": str(file), "at_head": manifest.revision == queries.head()}
    _tell(facts if as_json else _short(facts), as_json=as_json)


def _short(facts: dict[str, object]) -> dict[str, object]:
    return {
        name: value
        for name, value in facts.items()
        if name in {"file", "bytes", "revision", "made_at", "at_head"}
    }


def _tell(facts: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(facts))
    else:
        for name, value in facts.items():
            print(f"{name}: {value}")
