"""`cwb demo`: prepare the example and serve it."""

import json
import os
import sys
from pathlib import Path

import click
from sqlalchemy import text

from cwb.config import Config
from cwb.demo import services
from cwb.kernel import clock, postgres
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.feature import load
from cwb.operations import gateway
from cwb.operations import services as operations
from cwb.translating.services import compile_stale


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--seed-only", is_flag=True, help="Prepare everything, serve nothing.")
def demo(port: int, host: str, workers: int, *, seed_only: bool) -> None:
    """A year of example data, made once, and the site with its worker."""
    config = Config.from_environment()
    compile_stale()
    click.echo("Starting the database")
    url = config.database_url or postgres.ensure_running(config.data_dir / "postgres", report=click.echo)
    click.echo("Bringing the tables up to date")
    operations.upgrade(url)
    _prepare(config, url, f"http://{host}:{port}")
    if not seed_only:
        os.environ.setdefault("CWB_BASE_URL", f"http://{host}:{port}")
        click.echo(f"cwb serves on http://{host}:{port}")
        sys.exit(gateway.serve_with_worker(host, port, workers))


def _prepare(config: Config, url: str, base_url: str) -> None:
    engine = make_engine(url)
    path = config.data_dir / "demo.json"
    with make_sessions(engine)() as session:
        found = services.state(session)
    if found is services.State.HALF:
        click.echo("The example year was interrupted: starting anew")
        engine.dispose()
        operations.empty(url)
    if found is services.State.WHOLE:
        click.echo("The example year is there already")
        users = json.loads(path.read_text(encoding="utf-8"))["users"] if path.exists() else []
    else:
        click.echo("Living the example year")
        agenda = services.seed(
            engine, load(config.features), config=config, ends_at=clock.now(), report=click.echo
        )
        users = agenda.cast["users"]
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    _write(path, {"base_url": base_url, "users": users})
    engine.dispose()


def _write(path: Path, facts: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
