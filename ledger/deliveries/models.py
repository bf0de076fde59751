"""That an anchor bought nothing in a quarter, or in a month. Never changed; lines handed in later count before it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.period import Period
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.deliveries import rules


class NothingBought(Base):
    """Somebody of an anchor says that a quarter, or one month of it, has no purchases, and why."""

    __tablename__ = "spend_nothing"
    __table_args__ = (
        UniqueConstraint(
            "anchor_id",
            "quarter_on",
            "month_on",
            name="uq_spend_nothing_anchor_id",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(
            "month_on = date_trunc('month', month_on::timestamp)::date "
            "AND quarter_on = date_trunc('quarter', month_on::timestamp)::date",
            name="month_on",
        ),
        CheckConstraint("quarter_on = date_trunc('quarter', quarter_on::timestamp)::date", name="quarter_on"),
        CheckConstraint("length(reason) BETWEEN 10 AND 500", name="reason"),
    )
    __retention__ = Retention(
        N_("Wie zei dat een koper niets kocht, en waarom."),
        N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    anchor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    quarter_on: Mapped[date]
    month_on: Mapped[date | None]
    reason: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    def __init__(
        self, *, anchor_id: int, span: Period, reason: str, delivered: bool, today: date, actor_id: int, at: datetime
    ) -> None:  # fmt: skip
        quarter, month_on = rules.quarter_and_month(span)
        told = rules.check_nothing(quarter, reason, delivered=delivered, today=today)
        super().__init__(
            anchor_id=anchor_id,
            quarter_on=quarter.start,
            month_on=month_on,
            reason=told,
            actor_id=actor_id,
            at=at,
        )
