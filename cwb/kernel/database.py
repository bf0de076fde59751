"""The database: declarative base, naming of constraints, engine and sessions."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Engine,
    Enum,
    Identity,
    MetaData,
    Numeric,
    Text,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

from cwb.kernel.fence import ALL_ROWS, forget
from cwb.kernel.ids import uuid7

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    """Every table. Types: int is BIGINT, datetime is timestamptz, str is TEXT, dict and list are JSONB."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        StrEnum: Enum(native_enum=False, create_constraint=False, length=None, values_callable=_values),
        int: BigInteger,
        str: Text,
        datetime: DateTime(timezone=True),
        Decimal: Numeric,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: JSONB,
    }


Key = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
"""The key inside the house."""

PublicId = Annotated[UUID, mapped_column(unique=True, default=uuid7)]
"""The key that leaves the house (UUIDv7)."""


def make_engine(url: str, *, fenced: bool = False, **options: Any) -> Engine:
    """An engine for a `postgresql+psycopg` URL; plain `postgres://` forms are accepted.

    Every connection speaks UTC and gives up a lock after ten seconds rather than hang a page. A fenced one (the
    pages') sees rows behind a fence only in a transaction that names its user (`cwb.kernel.fence`); the worker,
    commands, migrations and backups see all.
    """
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    settings = "-c timezone=UTC -c lock_timeout=10s -c idle_in_transaction_session_timeout=300s"
    if not fenced:
        settings += f" {ALL_ROWS}"
    engine = create_engine(
        url,
        connect_args={"options": settings, "prepare_threshold": 1},
        pool_pre_ping=False,
        hide_parameters=True,  # an error's text goes to the log, and what people typed does not
        **options,
    )
    if fenced:
        event.listen(engine, "checkin", forget)
    return engine


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """A session factory. Objects stay readable after commit, without a query behind the author's back."""
    return sessionmaker(engine, expire_on_commit=False)
