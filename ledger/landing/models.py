"""What came of questions about money. All is kept; the last word on a question counts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.landing import rules


class FlagAnswer(Base):
    """What somebody found out about one flag of a period. `key` is the flag's own (`Flag.key`)."""

    __tablename__ = "landing_answer"
    __table_args__ = (
        CheckConstraint("key ~ '^[0-9a-f]{32}$'", name="key"),
        CheckConstraint("outcome IN ('explained', 'mended', 'searching')", name="outcome"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        Index("ix_landing_answer_period", "period", "key", "id"),
    )
    __retention__ = Retention(
        N_("Wie uitzocht wat opviel in het geld, en wat eruit kwam."),
        N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    period: Mapped[str]
    key: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    by: Mapped[User | None] = relationship(lazy="raise")

    def __init__(self, *, period: str, key: str, outcome: str, reason: str, by_id: int, at: datetime) -> None:
        super().__init__(
            period=period, key=key, outcome=outcome, reason=rules.check_answer(outcome, reason), by_id=by_id, at=at
        )  # fmt: skip
