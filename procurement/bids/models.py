"""Bids and their sealed versions.

Nothing readable stands here: the draft and the bidder's own copy are locked with the installation's key, the
version that counts is sealed to the tender's key. The gate of the deadline is the trigger `store_bid_version`
(migration 0013): it takes a share lock on the tender and reads the clock after it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.tenders.models import Lot, Tender


class Bid(Base):
    """An organisation's offer for a lot of a tender, from the first saved draft on.

    `version` is the number of the version that counts (0: none handed in yet), kept by the database.
    `draft_version` counts saves; `submitted_draft` is the one that was handed in last. Versions up to `retracted` do
    not count any more: a member of a joint bid took back its signature in time.
    """

    __tablename__ = "bid"
    __table_args__ = (
        CheckConstraint("version >= 0", name="version"),
        CheckConstraint("(draft IS NULL) = (draft_key IS NULL)", name="draft"),
        CheckConstraint("(version = 0) = (submitted_at IS NULL)", name="submitted"),
        CheckConstraint("retracted BETWEEN 0 AND version", name="retracted"),
        ForeignKeyConstraint(["tender_id", "lot_id"], ["lot.tender_id", "lot.id"]),
        Index(
            "uq_bid_running",
            "lot_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_bid_tender_id", "tender_id"),
        Index("ix_bid_organisation_id", "organisation_id"),
    )
    __retention__ = Retention(
        N_("Wie een inschrijving begon. De inhoud is versleuteld."),
        N_("Het concept tot 30 dagen na sluiting; de rest zeven jaar (Archiefwet)."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    lot_id: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[datetime]
    draft: Mapped[bytes | None]
    draft_key: Mapped[str | None]
    draft_version: Mapped[int]
    submitted_draft: Mapped[int | None]
    version: Mapped[int]
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    retracted: Mapped[int]

    tender: Mapped[Tender] = relationship(lazy="raise", foreign_keys=[tender_id])
    lot: Mapped[Lot] = relationship(
        lazy="raise", primaryjoin=lambda: Bid.lot_id == Lot.id, foreign_keys=lambda: Bid.lot_id, viewonly=True
    )
    organisation: Mapped[Organisation] = relationship(lazy="raise")

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"draft_version": 0, "version": 0, "retracted": 0, **facts})

    @property
    def counts(self) -> bool:
        """Whether a version lies in the box: handed in, and neither withdrawn nor taken out by a member."""
        return self.version > self.retracted and self.withdrawn_at is None


class BidVersion(Base):
    """One handing in: the sealed text, its hash, the bidder's own copy, the receipt.

    `submitted_at` is set by the database at the moment the gate let it through.
    """

    __tablename__ = "bid_version"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest"),
        UniqueConstraint("bid_id", "version"),
    )
    __retention__ = Retention(
        N_("Wie een inschrijving indiende, en wanneer. De inhoud is verzegeld."),
        N_("Zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    version: Mapped[int]
    receipt: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[bytes] = mapped_column(deferred=True)
    digest: Mapped[str]
    own_copy: Mapped[bytes] = mapped_column(deferred=True)
    own_key: Mapped[str]
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

    bid: Mapped[Bid] = relationship(lazy="raise")


class LateAttempt(Base):
    """Somebody who came after the deadline: when, who, and the hash of what was offered; never its content."""

    __tablename__ = "late_attempt"
    __table_args__ = (
        CheckConstraint("kind IN ('submit', 'withdraw')", name="kind"),
        Index("ix_late_attempt_tender_id", "tender_id"),
    )
    __retention__ = Retention(
        N_("Wie te laat wilde indienen of intrekken, en wanneer."),
        N_("Zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str]
    digest: Mapped[str | None]
    at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
