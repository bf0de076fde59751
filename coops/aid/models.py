"""Aid from elsewhere, as an undertaking declares it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from coops.aid import rules
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class OtherAid(Base):
    """De-minimis aid in cents that an organisation had from somebody else, also through a linked company.

    What it said never changes; a slip is taken back and stays to read.
    """

    __tablename__ = "other_aid"
    __retention__ = Retention(
        N_("Wie steun van elders opgaf of terugnam, als nummer."),
        N_("Tien jaar na de steun (Verordening (EU) 2023/2831, artikel 6)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("giver <> ''", name="giver"),
        CheckConstraint("(taken_back_at IS NULL) = (taken_back_by_id IS NULL)", name="taken_back"),
        Index("ix_other_aid_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    granted_on: Mapped[date]
    amount: Mapped[int]
    giver: Mapped[str]
    what: Mapped[str]
    told_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    told_at: Mapped[datetime]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_back_at: Mapped[datetime | None]

    def __init__(self, **facts: Any) -> None:
        today = local_date(facts["told_at"])
        rules.check_other(facts["amount"], facts["granted_on"], facts["giver"], today)
        super().__init__(**facts)
