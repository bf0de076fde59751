"""Statements for reserved services. What was stated stays (trigger of migration 0046); a later one takes its place."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.missions import rules


class Mission(Base):
    """What an organisation says of its public task, its profit and who has a say, and where that is written."""

    __tablename__ = "mission"
    __retention__ = Retention(
        N_("Wat een organisatie over haar publieke taak zegt. Wie het invulde en controleerde, als nummer."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("profit IN ('reinvested', 'shared')", name="profit"),
        CheckConstraint("control IN ('workers', 'participants')", name="control"),
        CheckConstraint(
            f"length(aim) >= {rules.LEAST_AIM} AND length(basis) >= {rules.LEAST_BASIS}", name="texts"
        ),
        CheckConstraint(
            "valid_until > stated_at::date - 1 AND valid_until <= stated_at::date + 1 + 366", name="days"
        ),
        CheckConstraint(
            "(checked_at IS NULL) = (checked_by_id IS NULL) AND (checked_at IS NULL) = (accepted IS NULL)"
            " AND (checked_at IS NULL) = (check_note = '') AND checked_by_id <> stated_by_id",
            name="checked",
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn"),
        Index("ix_mission_organisation_id", "organisation_id", "stated_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    aim: Mapped[str]
    profit: Mapped[str]
    control: Mapped[str]
    basis: Mapped[str]
    valid_until: Mapped[date]
    stated_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    stated_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    check_note: Mapped[str]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    stated_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[stated_by_id])

    def standing(self, on: date) -> rules.Standing:
        """How it stands on a day."""
        return rules.standing(valid_until=self.valid_until, accepted=self.accepted, on=on)
