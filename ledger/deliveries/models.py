"""That an anchor bought nothing in a quarter. Never changed; lines handed in later count before it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.period import Period
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.deliveries import rules


class NothingBought(Base):
    """Somebody of an anchor says that a quarter has no purchases, and why."""

    __tablename__ = "spend_nothing"
    __table_args__ = (
        UniqueConstraint("anchor_id", "quarter_on", name="uq_spend_nothing_anchor_id"),
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
    reason: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    def __init__(
        self, *, anchor_id: int, quarter: Period, reason: str, delivered: bool, today: date, actor_id: int, at: datetime
    ) -> None:  # fmt: skip
        told = rules.check_nothing(quarter, reason, delivered=delivered, today=today)
        super().__init__(anchor_id=anchor_id, quarter_on=quarter.start, reason=told, actor_id=actor_id, at=at)
