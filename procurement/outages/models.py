"""Outages, written down once and never changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Outage(Base):
    """When the system could not be reached, why, by how many days deadlines moved, and for how many tenders."""

    __tablename__ = "outage"
    __retention__ = Retention(
        N_("Wie een storing noteerde, als nummer, met de reden."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("days >= 1", name="days"),
        CheckConstraint("tenders >= 0", name="tenders"),
        CheckConstraint("ended_at > began_at AND noted_at >= ended_at", name="order"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    reason: Mapped[str]
    days: Mapped[int]
    tenders: Mapped[int]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    noted_at: Mapped[datetime]
