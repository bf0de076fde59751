"""Alembic's entry: the URL is handed in by the caller, or read from the configuration."""

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.pool import NullPool

from cwb.config import Config
from cwb.kernel import feature
from cwb.kernel.database import Base, make_engine
from cwb.kernel.runtime import database_url

UPGRADE_LOCK = 0x0C3B


def run(connection: Connection) -> None:
    """Run the migrations asked for in one transaction; a second upgrade at the same time waits its turn."""
    context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=False)
    with context.begin_transaction():
        connection.execute(text("SET LOCAL lock_timeout = '600s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": UPGRADE_LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        context.run_migrations()


if getattr(context.config.cmd_opts, "autogenerate", False):
    feature.load(Config.from_environment().features)  # brings the tables of every feature into the metadata
given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = make_engine(
        context.config.attributes.get("url") or database_url(Config.from_environment()), poolclass=NullPool
    )
    with engine.connect() as opened:
        run(opened)
    engine.dispose()
