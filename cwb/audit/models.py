"""The audit record: append-only, chained."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_


class AuditRecord(Base):
    """One act of weight: who did what to what, when.

    `facts` hold no personal data, so an erasure breaks no link.
    """

    __tablename__ = "audit_record"
    __retention__ = Retention(
        N_("Wie wat deed en wanneer, als nummers. Geen namen, geen adressen."),
        N_("Altijd: de keten bewijst dat niets is gewijzigd."),
        N_("Het nummer blijft. Wie erbij hoorde, is na wissen niet meer te vinden."),
    )
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
    __retention__ = NOTHING_PERSONAL

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record_id: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[str]


class AuditWaiting(Base):
    """A record the sealer has yet to link; a trigger puts it here, sealing takes it away."""

    __tablename__ = "audit_waiting"
    __retention__ = AuditSeal.__retention__

    record_id: Mapped[int] = mapped_column(
        ForeignKey("audit_record.id"), primary_key=True, autoincrement=False
    )
