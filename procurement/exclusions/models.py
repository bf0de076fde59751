"""Suppliers that a buyer excluded for a while."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Exclusion(Base):
    """A buyer's reasoned decision that a supplier may not bid for a while; `ends_on` is the first day it is over.

    The term is the buyer's to state (art. 2.86-2.88 Aw 2012; the longest terms by ground are unverified here).
    """

    __tablename__ = "exclusion"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("ends_on > starts_on", name="term"),
        Index("ix_exclusion_organisation_id", "organisation_id"),
    )
    __retention__ = Retention(
        N_("Wie een leverancier uitsloot, wanneer en waarom."),
        N_("Zeven jaar na het einde van de uitsluiting."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]
