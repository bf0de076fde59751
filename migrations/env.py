"""Alembic's entry: the URL is handed in by the caller, or read from the configuration."""

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.pool import NullPool

from cwb.config import Config
from cwb.kernel.database import Base, make_engine
from cwb.kernel.runtime import database_url


def run(connection: Connection) -> None:
    """Run the migrations asked for in one transaction."""
    context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()


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
