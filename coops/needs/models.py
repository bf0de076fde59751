"""Needs on the buying calendar, and which organisations said they are interested."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.needs.rules import Wanted
from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_, search_key


class NeedCounter(Base):
    """The last need number given out in a year; locked while the next one is taken, so numbers have no gaps."""

    __tablename__ = "need_counter"
    __retention__ = NOTHING_PERSONAL

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Need(Base):
    """What an anchor wants to buy some day. No tender: nothing can be bid on yet.

    Amounts are euro cents without VAT per whole term. `visibility`: 'alliance' (anchors and programme) or 'public'.
    `value_visibility` the same for the value band alone. `converted_at` is set when a tender was made from it.
    """

    __tablename__ = "need"
    __retention__ = Retention(
        N_("Wie een vraag plaatste, als nummer van het account."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("number ~ '^N-[0-9]{4}-[0-9]{4,}$'", name="number"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("cpv ~ '^[0-9]{8}$'", name="cpv"),
        CheckConstraint("volume > 0", name="volume"),
        CheckConstraint("(volume IS NULL) = (unit IS NULL)", name="unit"),
        CheckConstraint("value_low_minor >= 0 AND value_high_minor >= value_low_minor", name="value_band"),
        CheckConstraint("visibility IN ('alliance', 'public')", name="visibility"),
        CheckConstraint("value_visibility IN ('alliance', 'public')", name="value_visibility"),
        CheckConstraint("notice_on <= contract_ends_on", name="notice"),
        CheckConstraint("withdrawn_at IS NULL OR withdraw_reason <> ''", name="withdraw_reason"),
        Index("ix_need_owner_id", "owner_id"),
        Index("ix_need_wanted_from", "wanted_from"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    posted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    posted_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int]
    title: Mapped[str]
    purpose: Mapped[str]
    search_text: Mapped[str]
    category: Mapped[str]
    cpv: Mapped[str]
    place_code: Mapped[str | None]
    volume: Mapped[Decimal | None]
    unit: Mapped[str | None]
    value_low_minor: Mapped[int | None]
    value_high_minor: Mapped[int | None]
    value_visibility: Mapped[str]
    wanted_from: Mapped[date]
    contract_ends_on: Mapped[date | None]
    notice_on: Mapped[date | None]
    divisible: Mapped[bool]
    visibility: Mapped[str]
    expires_on: Mapped[date]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str]
    converted_at: Mapped[datetime | None]

    owner: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def wanted(self) -> Wanted:
        """What the owner itself wants of it."""
        return _wanted(self.volume, self.value_low_minor, self.value_high_minor)

    def __init__(self, *, title: str, purpose: str, **facts: Any) -> None:
        facts = {"version": 1, "withdraw_reason": "", **facts}
        facts.setdefault("changed_at", facts.get("posted_at"))
        super().__init__(
            title=title, purpose=purpose, search_text=search_key(f"{title} {purpose}")[:2000], **facts
        )


class NeedInterest(Base):
    """A cooperative that said it could do this. One row while it is interested; undone by removing it."""

    __tablename__ = "need_interest"
    __retention__ = Retention(
        N_("Wie namens een coöperatie belangstelling toonde, als nummer."),
        N_("Zolang de vraag loopt, en een jaar daarna."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (Index("ix_need_interest_organisation_id", "organisation_id"),)

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    said_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    said_at: Mapped[datetime]


class NeedShare(Base):
    """Another anchor that wants the same: its own part, in the need's unit. One row while it takes part."""

    __tablename__ = "need_share"
    __retention__ = Retention(
        N_("Wie namens een organisatie meedeed met een gedeelde behoefte, als nummer."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("volume > 0", name="volume"),
        CheckConstraint("value_low_minor >= 0 AND value_high_minor >= value_low_minor", name="value_band"),
        CheckConstraint("(value_low_minor IS NULL) = (value_high_minor IS NULL)", name="value_whole"),
        Index("ix_need_share_organisation_id", "organisation_id"),
    )

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    volume: Mapped[Decimal | None]
    value_low_minor: Mapped[int | None]
    value_high_minor: Mapped[int | None]
    note: Mapped[str]
    joined_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    joined_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def wanted(self) -> Wanted:
        """What this anchor wants of it."""
        return _wanted(self.volume, self.value_low_minor, self.value_high_minor)


def _wanted(volume: Decimal | None, low: int | None, high: int | None) -> Wanted:
    return Wanted(volume, None if low is None else Money(low), None if high is None else Money(high))
