"""Periods that were closed or opened again, and what a set of books is; rows are only added."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.period import Period
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.closing import rules
from ledger.closing.rules import BooksKind

_WHO = Retention(
    N_("Wie een periode van de boekhouding sloot of heropende, als nummer, met de reden."),
    N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
    N_("De regel blijft staan. Een gewist account staat er als nummer."),
)


class PeriodClose(Base):
    """A period of one set of books was closed, or (`reopens_id`) a closed one was opened again with a reason.

    `ends_on` is the first day after it. That no two closed periods overlap, and that nobody posts while one is being
    closed, is seen to by the trigger `period_close_fits`; that nothing is posted in one, by `entry_fits` (migration
    0195).
    """

    __tablename__ = "period_close"
    __retention__ = _WHO
    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="days"),
        CheckConstraint("(reopens_id IS NULL) = (reason IS NULL)", name="reopens"),
        CheckConstraint(
            f"length(reason) BETWEEN {rules.LEAST_REASON} AND {rules.MOST_REASON}", name="reason"
        ),
        CheckConstraint("ends_on <= (at AT TIME ZONE 'Europe/Amsterdam')::date", name="over"),
        UniqueConstraint("reopens_id"),
        Index("ix_period_close_party_id", "party_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reopens_id: Mapped[int | None] = mapped_column(ForeignKey("period_close.id"))
    reason: Mapped[str | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    by: Mapped[User] = relationship(lazy="raise")

    def __init__(self, *, period: Period, reason: str | None = None, **facts: Any) -> None:
        told = None if reason is None else rules.check_reason(reason)
        super().__init__(starts_on=period.start, ends_on=period.end, reason=told, **facts)

    @property
    def period(self) -> Period:
        """The days."""
        return Period(self.starts_on, self.ends_on)


class BooksStatus(Base):
    """What a set of books is from a day on: the statutory books, or a sub-ledger beside them."""

    __tablename__ = "books_status"
    __retention__ = Retention(
        N_("Wie zei wat deze boekhouding is, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("kind IN ('statutory', 'subledger')", name="kind"),
        Index("ix_books_status_party_id", "party_id", "since"),
    )

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    kind: Mapped[BooksKind]
    since: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
