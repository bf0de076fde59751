"""What a buyer answered to a flag. Append-only by trigger (migration 0029): a better answer is a new one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.flags.rules import LEAST_ANSWER, MOST_ANSWER, Code

_CODES = ", ".join(f"'{each}'" for each in Code)


class FlagAnswer(Base):
    """A buyer's reason for a flag of one lot; the newest one counts."""

    __tablename__ = "flag_answer"
    __retention__ = Retention(
        N_("Wie een signaal verklaarde, als nummer, met de reden."),
        N_("Twintig jaar: zo lang moet een gunning na te gaan zijn (Archiefwet)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"code IN ({_CODES})", name="code"),
        CheckConstraint(f"length(reason) BETWEEN {LEAST_ANSWER} AND {MOST_ANSWER}", name="reason"),
        Index("ix_flag_answer_tender_id", "tender_id"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    code: Mapped[Code]
    reason: Mapped[str]
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime]

    answered_by: Mapped[User] = relationship(lazy="raise")
