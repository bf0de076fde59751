"""Profiles of cooperatives, their claims and the decisions on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.register import rules
from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_, search_key


class Cooperative(Base):
    """The profile of an organisation in the register. Retention: as long as it is listed; organisations only.

    `weekly_hours` and `people` are what it can put to work; `largest_minor` is the largest contract it handled in
    euro cents. `sectors` are ids of the area pack's categories, `languages` are language codes.
    `coach_id`: the programme's person who guides it, and who therefore may not verify it.
    """

    __tablename__ = "cooperative"
    __retention__ = Retention(
        N_(
            "Wie een coöperatie aanmeldde, wijzigde of begeleidt, als nummer. Bij een eenmanszaak ook over een persoon."
        ),
        N_("Zolang de coöperatie meedoet."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(
            "kind IN ('worker', 'neighbourhood', 'residents', 'social_enterprise', 'other')", name="kind"
        ),
        CheckConstraint("weekly_hours >= 0", name="weekly_hours"),
        CheckConstraint("people >= 0", name="people"),
        CheckConstraint("largest_minor >= 0", name="largest_minor"),
        CheckConstraint("jsonb_array_length(sectors) > 0", name="sectors"),
        Index("ix_cooperative_sectors", "sectors", postgresql_using="gin"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    kind: Mapped[str]
    description: Mapped[str]
    search_text: Mapped[str]
    sectors: Mapped[list[str]]
    languages: Mapped[list[str]]
    place_code: Mapped[str | None]
    weekly_hours: Mapped[int | None]
    people: Mapped[int | None]
    largest_minor: Mapped[int | None]
    coach_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    claims: Mapped[list["CooperativeClaim"]] = relationship(lazy="raise", cascade="all, delete-orphan")

    def __init__(self, *, name: str, description: str, **facts: Any) -> None:
        rules.check_profile(facts["sectors"], facts.get("weekly_hours"), facts.get("people"))
        facts = {"version": 1, "changed_at": facts["registered_at"], **facts}
        facts.setdefault("changed_by_id", facts["registered_by_id"])
        super().__init__(
            description=description, search_text=search_key(f"{name} {description}")[:2000], **facts
        )


class CooperativeClaim(Base):
    """One fact a cooperative states of itself, since when it says so."""

    __tablename__ = "cooperative_claim"
    __retention__ = Retention(
        N_("Wat een coöperatie over zichzelf verklaart, in aantallen, zonder namen."),
        N_("Zolang de coöperatie meedoet."),
        N_("De regel blijft staan, zodat na te gaan is wat er toen gold."),
    )
    __table_args__ = (CheckConstraint("value <> ''", name="value"),)

    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    declared_at: Mapped[datetime]


class Verification(Base):
    """A decision of the programme on a cooperative. Never changed, never removed."""

    __tablename__ = "cooperative_verification"
    __retention__ = Retention(
        N_("Wie bewijs controleerde, als nummer, met een toelichting."),
        N_("Zolang de coöperatie meedoet, en zeven jaar daarna."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("valid_until > decided_at", name="valid_until"),
        CheckConstraint("note <> ''", name="note"),
        Index("ix_cooperative_verification_cooperative_id", "cooperative_id"),
    )

    id: Mapped[Key]
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    verified: Mapped[bool]
    claims: Mapped[list[str]]
    note: Mapped[str]
    valid_until: Mapped[datetime]

    def verdict(self) -> rules.Verdict:
        """The decision as the rules know it."""
        return rules.Verdict(self.decided_at, self.verified, frozenset(self.claims), self.valid_until)
