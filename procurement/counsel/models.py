"""What a buyer answered to a finding on its draft. Append-only; the latest answer to a fingerprint counts (0028)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.counsel.errors import AnswerMissing
from procurement.counsel.rules import LEAST_ANSWER, is_reason


class CounselAnswer(Base):
    """Why a draft may go on with a finding: its words or sum as they were, and the reason in the buyer's words."""

    __tablename__ = "counsel_answer"
    __retention__ = Retention(
        N_("Wie uitlegde waarom een tekst of bedrag zo mag, als nummer, met de reden."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("fingerprint ~ '^[0-9a-f]{64}$'", name="fingerprint"),
        CheckConstraint("about IN ('local_preference', 'splitting')", name="about"),
        CheckConstraint(f"length(answer) >= {LEAST_ANSWER}", name="answer"),
        Index("ix_counsel_answer_tender_id", "tender_id"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    fingerprint: Mapped[str]
    about: Mapped[str]
    quote: Mapped[str]
    facts: Mapped[dict[str, Any]]
    answer: Mapped[str]
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime]

    answered_by: Mapped[User] = relationship(lazy="raise")

    def __init__(self, *, answer: str, **facts: Any) -> None:
        if not is_reason(answer):
            raise AnswerMissing(field="answer")
        super().__init__(answer=" ".join(answer.split()), **facts)
