"""Appeals. What was said and answered stays (trigger of migration 0050)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.appeals.rules import LEAST_TEXT
from coops.register.models import Cooperative, Judgement, Verification
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Appeal(Base):
    """Why a cooperative does not agree with a refusal, of a fact or of its whole profile, and another's answer."""

    __tablename__ = "cooperative_appeal"
    __retention__ = Retention(
        N_("Wie bezwaar maakte en wie antwoord gaf, als nummer, met hun woorden."),
        N_("Zolang de coöperatie meedoet, en zeven jaar daarna."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"length(text) >= {LEAST_TEXT}", name="text"),
        CheckConstraint(
            "(upheld IS NULL) = (answered_at IS NULL) AND (upheld IS NULL) = (answered_by_id IS NULL)"
            f" AND (upheld IS NULL OR length(answer) >= {LEAST_TEXT})",
            name="answered",
        ),
        CheckConstraint("answered_by_id <> made_by_id", name="two_sides"),
        CheckConstraint("num_nonnulls(judgement_id, verification_id) = 1", name="refused"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    judgement_id: Mapped[int | None] = mapped_column(ForeignKey(Judgement.id), unique=True)
    verification_id: Mapped[int | None] = mapped_column(ForeignKey(Verification.id), unique=True)
    text: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    answer_by: Mapped[date]
    upheld: Mapped[bool | None]
    answer: Mapped[str]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]

    judgement: Mapped[Judgement | None] = relationship(lazy="raise")
    verification: Mapped[Verification | None] = relationship(lazy="raise")

    @property
    def refused(self) -> Judgement | Verification:
        """What it is against.

        Raises:
            LookupError: read without it.
        """
        found = self.judgement or self.verification
        if found is None:
            raise LookupError(self.id)
        return found

    @property
    def cooperative(self) -> Cooperative:
        """Whose profile it is about."""
        return self.refused.cooperative
