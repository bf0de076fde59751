"""Adverts of organisations, and what others wrote to them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.exchange.rules import AdvertFacts, Deal, Exchange, Item
from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.instruments.rules import Code


class Advert(Base):
    """What an organisation offers or seeks until a day; everybody sees it. `ended_at`: taken away before."""

    __tablename__ = "advert"
    __retention__ = Retention(
        N_("Wie een aanbod of vraag plaatste, als nummer."),
        N_("Twee jaar na het einde."),
        N_("De naam van wie het plaatste wordt een nummer als het account is gewist."),
    )
    __table_args__ = (
        CheckConstraint("exchange IN ('offer', 'want')", name="exchange"),
        CheckConstraint("item IN ('work', 'knowledge', 'tool', 'material', 'space', 'other')", name="item"),
        CheckConstraint("deal IN ('borrow-lend', 'rent-lease', 'buy-sell', 'receive-donate')", name="deal"),
        CheckConstraint("title <> '' AND length(title) <= 120", name="title"),
        CheckConstraint("text <> '' AND length(text) <= 2000", name="text"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint(
            "instrument_code IS NULL OR (instrument_code <> 'WIJK' AND deal IN ('rent-lease', 'buy-sell'))",
            name="money",
        ),
        CheckConstraint("price > 0 AND (price IS NULL OR instrument_code IS NOT NULL)", name="price"),
        CheckConstraint("ended_at >= made_at", name="ended_at"),
        Index("ix_advert_organisation_id", "organisation_id"),
        Index("ix_advert_expires_on", "expires_on", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    exchange: Mapped[str]
    item: Mapped[str]
    deal: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    place_code: Mapped[str | None]
    expires_on: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    version: Mapped[int]
    ended_at: Mapped[datetime | None]
    instrument_code: Mapped[str | None] = mapped_column(ForeignKey("instrument.code"))
    price: Mapped[int | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def facts(self) -> AdvertFacts:
        """What it says, as a value."""
        return AdvertFacts(
            Exchange(self.exchange), Item(self.item), Deal(self.deal), self.title, self.text, self.place_code,
            self.expires_on, Code(self.instrument_code) if self.instrument_code else None,
            None if self.price is None else Money(self.price),
        )  # fmt: skip


class AdvertReply(Base):
    """What one organisation wrote to the maker of an advert; only those two read it. One for each pair."""

    __tablename__ = "advert_reply"
    __retention__ = Retention(
        N_("Een bericht van een organisatie aan een andere, en wie het schreef, als nummer."),
        N_("Met het aanbod of de vraag."),
        N_("De naam van wie het schreef wordt een nummer als het account is gewist."),
    )
    __table_args__ = (
        UniqueConstraint("advert_id", "organisation_id"),
        CheckConstraint("text <> '' AND length(text) <= 1000", name="text"),
        Index("ix_advert_reply_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    advert_id: Mapped[int] = mapped_column(ForeignKey("advert.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    text: Mapped[str]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    written_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="raise")


class AdvertReport(Base):
    """Somebody finds an advert hostile or false, as it then read; the programme decides once (`advert_report_keep`)."""

    __tablename__ = "advert_report"
    __retention__ = Retention(
        N_("Wie een aanbod of vraag meldde en waarom, en wie besliste, als nummers."),
        N_("Met het aanbod of de vraag."),
        N_("De naam wordt een nummer als het account is gewist. De reden blijft."),
    )
    __table_args__ = (
        UniqueConstraint("advert_id", "reported_by_id"),
        CheckConstraint("reason <> '' AND length(reason) <= 500", name="reason"),
        CheckConstraint("num_nulls(decided_at, decided_by_id, taken_away) IN (0, 3)", name="decided"),
        CheckConstraint("decided_by_id <> reported_by_id", name="other"),
        Index("ix_advert_report_waiting", "reported_at", postgresql_where=text("decided_at IS NULL")),
    )

    id: Mapped[Key]
    advert_id: Mapped[int] = mapped_column(ForeignKey("advert.id", ondelete="CASCADE"))
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    reported_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_away: Mapped[bool | None]

    advert: Mapped[Advert] = relationship(lazy="raise")
    reported_by: Mapped[User] = relationship(foreign_keys=[reported_by_id], lazy="raise")
