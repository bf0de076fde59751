"""The audit record: append-only, chained."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key


class AuditRecord(Base):
    """One act of weight: who did what to what, when.

    `facts` hold no personal data, so an erasure breaks no link.
    """

    __tablename__ = "audit_record"
    __table_args__ = (Index("ix_audit_record_subject", "subject", "id"),)

    id: Mapped[Key]
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]]


class AuditSeal(Base):
    """The link of one record in the chain."""

    __tablename__ = "audit_seal"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record_id: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[str]
