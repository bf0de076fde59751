"""The opening of a tender, the bids it laid open, and who read them. All of it append-only by trigger."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.consortia import rules as consortia
from procurement.consortia.models import BidMember
from procurement.envelopes.rules import Fault
from procurement.tenders.models import Lot, Tender


class Opening(Base):
    """Two people opened the bids of a tender. `digest` is the hash of the record, also in the audit chain.

    `escrow_reason` stands there when the escrow holder took the place of an officer.
    """

    __tablename__ = "opening"
    __table_args__ = (
        CheckConstraint("first_user_id <> second_user_id", name="two_people"),
        CheckConstraint("opened_at >= released_at", name="order"),
    )
    __retention__ = Retention(
        N_("Wie de inschrijvingen openden, en wanneer."),
        N_("Zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), unique=True)
    first_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    second_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    released_at: Mapped[datetime]
    escrow_reason: Mapped[str | None]
    opened_at: Mapped[datetime]
    digest: Mapped[str]

    tender: Mapped[Tender] = relationship(lazy="raise")
    first_user: Mapped[User] = relationship(lazy="raise", foreign_keys=[first_user_id])
    second_user: Mapped[User] = relationship(lazy="raise", foreign_keys=[second_user_id])


class OpenedBid(Base):
    """A bid as it was opened. `label` ("A") is what the panel sees; `organisation_id` stays hidden from it.

    `content` is `{"price": {"minor", "currency"}, "note", "valid_until", "answers": {code: text},
    "declarations": {name: bool}}`, with `"wish"` (1 is wanted most) where a limit asks for an order, and `"joint"` and
    `"subcontractors"` where others take part (`procurement.consortia`). None with a
    `fault` when the envelope was not what was handed in.
    """

    __tablename__ = "opened_bid"
    __table_args__ = (
        CheckConstraint(
            "fault IN ('unreadable', 'hash', 'other_tender', 'other_lot', 'other_bid', 'other_version', 'content', "
            "'replaced')",
            name="fault",
        ),
        CheckConstraint("price_minor > 0", name="price_minor"),
        CheckConstraint(
            "(fault IS NULL) = (content IS NOT NULL) AND (fault IS NULL) = (price_minor IS NOT NULL)",
            name="whole",
        ),
        UniqueConstraint("tender_id", "label"),
        ForeignKeyConstraint(["tender_id", "lot_id"], ["lot.tender_id", "lot.id"]),
        Index("ix_opened_bid_opening_id", "opening_id"),
    )
    __retention__ = Retention(
        N_("Wat een organisatie aanbood. Soms staan er namen van mensen in."),
        N_("Zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("De inhoud gaat naar het archief van de inkoper."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"))
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    lot_id: Mapped[int]
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    version: Mapped[int]
    label: Mapped[str]
    digest: Mapped[str]
    received_at: Mapped[datetime]
    fault: Mapped[Fault | None]
    content: Mapped[dict[str, Any] | None]
    price_minor: Mapped[int | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    lot: Mapped[Lot] = relationship(
        lazy="raise",
        primaryjoin=lambda: OpenedBid.lot_id == Lot.id,
        foreign_keys=lambda: OpenedBid.lot_id,
        viewonly=True,
    )

    members: Mapped[list[BidMember]] = relationship(
        lazy="raise",
        primaryjoin=lambda: and_(
            foreign(BidMember.bid_id) == OpenedBid.bid_id, BidMember.in_version == OpenedBid.version
        ),
        viewonly=True,
    )

    @property
    def party_name(self) -> str:
        """The bidder as it is called: its name, or with others "A, B en C (combinatie)"."""
        return consortia.party_name(self.organisation.name, self.content)

    @property
    def party_ids(self) -> list[int]:
        """Every organisation that bid: the lead first, then the members that signed along."""
        return [self.organisation_id, *(each.organisation_id for each in self.members)]

    @property
    def wish(self) -> int | None:
        """How much its bidder wants this lot (1 most); None when nothing was asked or nothing is readable."""
        found: int | None = (self.content or {}).get("wish")
        return found

    @property
    def price(self) -> Money | None:
        """The price in euro, VAT not included; None when the envelope was damaged."""
        return None if self.price_minor is None else Money(self.price_minor)


class BidAccess(Base):
    """One reading of opened bids: by whom, what for. `opened_bid_id` None: all of a tender."""

    __tablename__ = "bid_access"
    __table_args__ = (Index("ix_bid_access_tender_id", "tender_id"),)

    __retention__ = Retention(
        N_("Wie geopende inschrijvingen las, wanneer en waarvoor."),
        N_("Zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    opened_bid_id: Mapped[int | None] = mapped_column(ForeignKey("opened_bid.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    purpose: Mapped[str]
    at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise")


class GroundDecision(Base):
    """What a person decided about the grounds of an opened bid, with reasons. Stays as it is."""

    __tablename__ = "ground_decision"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)
    __retention__ = Retention(
        N_("Wie besliste over een grond voor uitsluiting, en waarom."),
        N_("Twintig jaar: zo lang moet een gunning na te gaan zijn (Archiefwet)."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"), unique=True)
    excluded: Mapped[bool]
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]
