"""Market consultations on needs, and what the market answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.consultation import rules
from coops.needs.models import Need
from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_TERM = N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim).")
_ERASED = N_("De regel blijft staan. Een gewist account staat er als nummer.")


class Consultation(Base):
    """One market consultation on one need: questions, until when, and the public report of what was learned.

    What was asked never changes after the start, and a report never after its publication (trigger of migration
    0022): everyone read the same.
    """

    __tablename__ = "consultation"
    __retention__ = Retention(
        N_("Wie een marktconsultatie begon en wie het verslag schreef, als nummer."), _TERM, _ERASED
    )
    __table_args__ = (
        CheckConstraint("jsonb_array_length(questions) BETWEEN 1 AND 7", name="questions"),
        CheckConstraint("closes_at > started_at", name="closes_at"),
        CheckConstraint(
            "(reported_at IS NULL) = (reported_by_id IS NULL) AND (reported_at IS NULL) = (report = '')",
            name="report",
        ),
        CheckConstraint("reported_at >= closes_at", name="report_after_closing"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), unique=True)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[datetime]
    purpose: Mapped[str]
    questions: Mapped[list[str]]
    closes_at: Mapped[datetime]
    report: Mapped[str]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reported_at: Mapped[datetime | None]

    need: Mapped[Need] = relationship(lazy="raise")

    def __init__(self, **facts: Any) -> None:
        rules.check_closing(facts["closes_at"], facts["started_at"])
        super().__init__(**{"report": "", **facts})


class ConsultationAnswer(Base):
    """What one organisation answered; the buyer reads it, the public reads the report. One row per organisation."""

    __tablename__ = "consultation_answer"
    __retention__ = Retention(
        N_("Wat een organisatie antwoordde op een marktconsultatie, en wie dat typte."), _TERM, _ERASED
    )
    __table_args__ = (
        UniqueConstraint("consultation_id", "organisation_id"),
        CheckConstraint("jsonb_array_length(answers) > 0", name="answers"),
        Index("ix_consultation_answer_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    answers: Mapped[list[str]]
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
