"""Residents as neighbours see them, what they offer and seek, and what two of them write to each other."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.exchange.rules import AdvertFacts, Deal, Exchange, Item
from cwb.identity.models import Party
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.instruments.rules import Code

_TALKS = N_("Drie maanden na het einde van het aanbod of de vraag, of eerder als u stopt.")


class Neighbour(Base):
    """How a resident is seen by others who hold a wallet. `called` None: "bewoner van" a wijk."""

    __tablename__ = "neighbour"
    __retention__ = Retention(
        N_("De voornaam of bijnaam die u koos, uw wijk, en dat u oud genoeg bent."),
        N_("Tot u stopt met vraag en aanbod."),
        N_("Alles gaat weg, ook wat u plaatste en schreef."),
    )
    __table_args__ = (
        CheckConstraint("called <> '' AND length(called) <= 20 AND called !~ '[0-9@]'", name="called"),
        CheckConstraint("of_age", name="of_age"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    called: Mapped[str | None]
    place_code: Mapped[str | None]
    of_age: Mapped[bool]
    joined_at: Mapped[datetime]


class NeighbourAdvert(Base):
    """What a resident offers or seeks until a day, for holders of a wallet only.

    `ended_at`: taken away before its day, by its maker or (`taken_away`) by the programme.
    """

    __tablename__ = "neighbour_advert"
    __retention__ = Retention(N_("Wat u aanbiedt of zoekt."), _TALKS, N_("Het gaat weg met het account."))
    __table_args__ = (
        CheckConstraint("exchange IN ('offer', 'want')", name="exchange"),
        CheckConstraint("item IN ('work', 'knowledge', 'tool', 'material', 'space', 'other')", name="item"),
        CheckConstraint("deal IN ('borrow-lend', 'rent-lease', 'buy-sell', 'receive-donate')", name="deal"),
        CheckConstraint("title <> '' AND length(title) <= 80", name="title"),
        CheckConstraint("text <> '' AND length(text) <= 1000", name="text"),
        CheckConstraint("title || ' ' || text !~ '[^[:space:]]@[^[:space:]]'", name="no_contact"),
        CheckConstraint(
            "instrument_code IS NULL OR (instrument_code <> 'WIJK' AND deal IN ('rent-lease', 'buy-sell'))",
            name="money",
        ),
        CheckConstraint("price > 0 AND (price IS NULL OR instrument_code IS NOT NULL)", name="price"),
        CheckConstraint("ended_at >= made_at", name="ended_at"),
        CheckConstraint("NOT taken_away OR ended_at IS NOT NULL", name="taken_away"),
        Index("ix_neighbour_advert_neighbour_id", "neighbour_id"),
        Index("ix_neighbour_advert_expires_on", "expires_on", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    neighbour_id: Mapped[int] = mapped_column(ForeignKey("neighbour.id", ondelete="CASCADE"))
    exchange: Mapped[str]
    item: Mapped[str]
    deal: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    place_code: Mapped[str | None]
    instrument_code: Mapped[str | None] = mapped_column(ForeignKey("instrument.code"))
    price: Mapped[int | None]
    expires_on: Mapped[date]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    taken_away: Mapped[bool]

    neighbour: Mapped[Neighbour] = relationship(lazy="raise")

    @property
    def facts(self) -> AdvertFacts:
        """What it says, as a value."""
        return AdvertFacts(
            Exchange(self.exchange), Item(self.item), Deal(self.deal), self.title, self.text, self.place_code,
            self.expires_on, Code(self.instrument_code) if self.instrument_code else None,
            None if self.price is None else Money(self.price),
        )  # fmt: skip


class NeighbourTalk(Base):
    """What one party (a resident, or an organisation) and the maker of an advert write: these two read it."""

    __tablename__ = "neighbour_talk"
    __retention__ = Retention(
        N_("Met wie u schreef, als nummer."), _TALKS, N_("Het gaat weg met het account.")
    )
    __table_args__ = (
        UniqueConstraint("advert_id", "party_id"),
        CheckConstraint("closed_at >= begun_at", name="closed_at"),
        Index("ix_neighbour_talk_party_id", "party_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    advert_id: Mapped[int] = mapped_column(ForeignKey("neighbour_advert.id", ondelete="CASCADE"))
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    begun_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    advert: Mapped[NeighbourAdvert] = relationship(lazy="raise")
    party: Mapped[Party] = relationship(lazy="raise")


class NeighbourMessage(Base):
    """One message of a talk; never changed, but `removed_at` when the programme took it away."""

    __tablename__ = "neighbour_message"
    __retention__ = Retention(N_("Wat u schreef."), _TALKS, N_("Het gaat weg met het account."))
    __table_args__ = (
        CheckConstraint("text <> '' AND length(text) <= 1000", name="text"),
        Index("ix_neighbour_message_talk_id", "talk_id"),
        Index("ix_neighbour_message_written_by_id", "written_by_id", "written_at"),
    )

    id: Mapped[Key]
    talk_id: Mapped[int] = mapped_column(ForeignKey("neighbour_talk.id", ondelete="CASCADE"))
    by_maker: Mapped[bool]
    text: Mapped[str]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    written_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    talk: Mapped[NeighbourTalk] = relationship(lazy="raise")


class NeighbourReport(Base):
    """Somebody finds an advert, or a message to them, hostile or false; the programme decides once.

    `title` and `text`: what was reported, as it then read. The trigger is `advert_report_keep`.
    """

    __tablename__ = "neighbour_report"
    __retention__ = Retention(
        N_("Wie iets meldde en waarom, en wie besliste, als nummers."),
        N_("Met het aanbod of de vraag."),
        N_("De naam wordt een nummer als het account is gewist. De reden blijft."),
    )
    __table_args__ = (
        UniqueConstraint("advert_id", "message_id", "reported_by_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("reason <> '' AND length(reason) <= 500", name="reason"),
        CheckConstraint("num_nulls(decided_at, decided_by_id, taken_away) IN (0, 3)", name="decided"),
        CheckConstraint("decided_by_id <> reported_by_id", name="other"),
        Index("ix_neighbour_report_waiting", "reported_at", postgresql_where=text("decided_at IS NULL")),
    )

    id: Mapped[Key]
    advert_id: Mapped[int] = mapped_column(ForeignKey("neighbour_advert.id", ondelete="CASCADE"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("neighbour_message.id", ondelete="CASCADE"))
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    reported_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_away: Mapped[bool | None]

    advert: Mapped[NeighbourAdvert] = relationship(lazy="raise")
    message: Mapped[NeighbourMessage | None] = relationship(lazy="raise")
