"""Whether a cooperative lets its coach read what it learned. Append-only; the latest row counts (0031)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class LessonConsent(Base):
    """Given or taken back, by whom and when."""

    __tablename__ = "lesson_consent"
    __retention__ = Retention(
        N_("Wie toestemming gaf dat een coach de lessen leest, of die introk, als nummer."),
        N_("Zeven jaar na het intrekken."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (Index("ix_lesson_consent_organisation_id", "organisation_id", "id"),)

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    is_given: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
