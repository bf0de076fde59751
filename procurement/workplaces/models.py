"""Counts for reserved contracts. What was stated stays (trigger of migration 0040); a later one takes its place."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.workplaces import rules


class WorkplaceCount(Base):
    """How many people work at an organisation, and how many of them come from the target group; heads, never names."""

    __tablename__ = "workplace_count"
    __retention__ = Retention(
        N_("Aantallen mensen per organisatie, zonder namen. Wie ze invulde en controleerde, als nummer."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("people > 0 AND target BETWEEN 0 AND people AND seconded BETWEEN 0 AND target", name="people"),
        CheckConstraint(f"length(aim) >= {rules.LEAST_AIM} AND proof_note <> ''", name="texts"),
        CheckConstraint(
            "valid_until > counted_on AND valid_until <= counted_on + 366 AND counted_on <= stated_at::date + 1",
            name="days",
        ),
        CheckConstraint(
            "(checked_at IS NULL) = (checked_by_id IS NULL) AND (checked_at IS NULL) = (accepted IS NULL)"
            " AND (checked_at IS NULL) = (check_note = '') AND checked_by_id <> stated_by_id",
            name="checked",
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn"),
        Index("ix_workplace_count_organisation_id", "organisation_id", "stated_at"),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    counted_on: Mapped[date]
    people: Mapped[int]
    target: Mapped[int]
    seconded: Mapped[int]
    aim: Mapped[str]
    proof: Mapped[str]
    proof_note: Mapped[str]
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
    checked_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[checked_by_id])

    def standing(self, on: date, percent: int) -> rules.Standing:
        """How it stands on a day for a share of so many percent."""
        return rules.standing(
            self.people,
            self.target,
            valid_until=self.valid_until,
            accepted=self.accepted,
            on=on,
            percent=percent,
        )
