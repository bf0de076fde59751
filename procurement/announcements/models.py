"""Notes about TenderNed, the last one counts. Never changed, never removed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Announcement(Base):
    """When a tender came on TenderNed and under which reference, or why it is not there yet."""

    __tablename__ = "announcement"
    __retention__ = Retention(
        N_("Wie noteerde dat een opdracht op TenderNed staat."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("(published_on IS NULL) = (reference = '')", name="whole"),
        CheckConstraint(
            "CASE WHEN published_on IS NULL THEN length(why_not) >= 15 ELSE why_not = '' END", name="why_not"
        ),
        CheckConstraint("length(reference) <= 100", name="reference"),
        CheckConstraint("published_on <= (noted_at AT TIME ZONE 'Europe/Amsterdam')::date", name="day"),
        Index("ix_announcement_tender_id", "tender_id", "id"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    published_on: Mapped[date | None]
    reference: Mapped[str]
    why_not: Mapped[str]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    noted_at: Mapped[datetime]

    noted_by: Mapped[User] = relationship(lazy="raise")
