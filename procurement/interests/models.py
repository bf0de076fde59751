"""Saved interests, and what each was told of."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from procurement.interests import rules
from procurement.interests.rules import About, Often, Wish


class SavedInterest(Base):
    """A filter of tenders and needs that somebody saved. `secret` signs its addresses and leaves the house never.

    `next_at`: when is looked again; what was published after `made_at` is new. Amounts in euro cents.
    """

    __tablename__ = "saved_interest"
    __retention__ = Retention(
        N_("Waar iemand bericht over wil: soorten werk, plek, woorden en bedragen."),
        N_("Tot de eigenaar haar verwijdert."),
        N_("De regel wordt gewist, ook bij het wissen van het account."),
    )
    __table_args__ = (
        CheckConstraint("name <> '' AND length(name) <= 120", name="name"),
        CheckConstraint("about IN ('tenders', 'needs', 'both')", name="about"),
        CheckConstraint("often IN ('at_once', 'daily', 'weekly')", name="often"),
        CheckConstraint("value_low_minor >= 0", name="value_low_minor"),
        CheckConstraint("value_high_minor >= COALESCE(value_low_minor, 0)", name="value"),
        Index("ix_saved_interest_user_id", "user_id"),
        Index("ix_saved_interest_next_at", "next_at", postgresql_where=text("paused_at IS NULL")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    about: Mapped[About]
    cpv_groups: Mapped[list[str]]
    place_code: Mapped[str | None]
    words: Mapped[str]
    value_low_minor: Mapped[int | None]
    value_high_minor: Mapped[int | None]
    often: Mapped[Often]
    secret: Mapped[str]
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise")

    def __init__(self, **facts: Any) -> None:
        low, high = facts.get("value_low_minor"), facts.get("value_high_minor")
        rules.check(facts["name"], None if low is None else Money(low), None if high is None else Money(high))
        super().__init__(**facts)

    @property
    def wish(self) -> Wish:
        """The filter as a value."""
        return Wish(
            self.about, tuple(self.cpv_groups), self.place_code, self.words,
            None if self.value_low_minor is None else Money(self.value_low_minor),
            None if self.value_high_minor is None else Money(self.value_high_minor),
        )  # fmt: skip


class InterestTold(Base):
    """What an interest was told of, so that nothing is told twice."""

    __tablename__ = "interest_told"
    __retention__ = NOTHING_PERSONAL

    interest_id: Mapped[int] = mapped_column(
        ForeignKey("saved_interest.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    item: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]
