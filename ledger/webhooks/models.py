"""The inbox of the provider's messages, and the daily check of what lies there."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import NOTHING_PERSONAL


class Webhook(Base):
    """A message, kept once. `payload` holds numbers of the provider alone: what is so is asked anew."""

    __tablename__ = "webhook_inbox"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        CheckConstraint("length(event_id) BETWEEN 1 AND 200 AND length(kind) <= 200", name="texts"),
        Index("ix_webhook_inbox_next_at", "next_at", postgresql_where=text("processed_at IS NULL")),
    )

    id: Mapped[Key]
    provider: Mapped[str]
    event_id: Mapped[str]
    account: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    processed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


class ClearingCheck(Base):
    """What lay at the provider on a day, by our books and by its own word."""

    __tablename__ = "clearing_check"
    __retention__ = NOTHING_PERSONAL

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    booked: Mapped[int]
    there: Mapped[int]
    checked_at: Mapped[datetime]
