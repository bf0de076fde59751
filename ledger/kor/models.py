"""From when to when an organisation uses the scheme."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.kor import rules


class SmallBusiness(Base):
    """One stretch under the scheme. `until` is the first day with VAT again, filled in once; nothing else changes.

    Ended on the day it began, it counts on no day.

    That stretches of one organisation do not overlap is seen to by the trigger `small_business_fits` (migration 0196).
    """

    __tablename__ = "small_business"
    __retention__ = Retention(
        N_("Wie de kleineondernemersregeling aan- of uitzette, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("until >= since", name="days"),
        CheckConstraint("num_nulls(until, ended_by_id, ended_at) IN (0, 3)", name="ended"),
        Index("uq_small_business_running", "party_id", unique=True, postgresql_where=text("until IS NULL")),
        Index("ix_small_business_party_id", "party_id"),
    )

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]

    def end(self, day: date, user_id: int, at: datetime) -> None:
        """Let VAT begin again on a day.

        Raises:
            KorDaysWrong: before it began.
        """
        rules.check_end(self.since, day)
        self.until, self.ended_by_id, self.ended_at = day, user_id, at
