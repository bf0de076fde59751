"""Who takes part in a joint bid beside its lead. What they do and for which share stands in the locked draft."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.consortia import rules


class BidMember(Base):
    """A member of a joint bid beside its lead, and its signature.

    `asked_draft` and `signed_draft` name the state of the draft (`bid.draft_version`) for which a signature was asked
    and given; `signed_digest` is the keyed hash of that draft. `in_version`: the last version handed in with its
    signature, set by the database. Migration 0027 holds: members and lead never change, signatures are given and taken
    back before the deadline only.
    """

    __tablename__ = "bid_member"
    __table_args__ = (
        CheckConstraint("organisation_id <> lead_id", name="not_lead"),
        CheckConstraint(
            "num_nulls(signed_draft, signed_digest, signed_by_id, signed_at) IN (0, 4)", name="signature"
        ),
        CheckConstraint("signed_at IS NULL OR joined_at IS NOT NULL AND left_at IS NULL", name="signed_joined"),
        CheckConstraint("signed_digest ~ '^[0-9a-f]{64}$'", name="digest"),
        Index(
            "uq_bid_member_running", "bid_id", "organisation_id", unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("ix_bid_member_organisation_id", "organisation_id"),
    )  # fmt: skip
    __retention__ = Retention(
        N_("Wie namens een organisatie meetekende voor een gezamenlijke inschrijving."),
        N_("Zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    invited_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    asked_draft: Mapped[int | None]
    signed_draft: Mapped[int | None]
    signed_digest: Mapped[str | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime | None]
    in_version: Mapped[int | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[organisation_id])
    statement: Mapped["MemberStatement | None"] = relationship(lazy="raise", viewonly=True)

    def standing(self, draft_version: int) -> rules.Standing:
        """How far this member is with this state of the draft."""
        return rules.standing(
            has_joined=self.joined_at is not None, signed_draft=self.signed_draft, asked_draft=self.asked_draft,
            draft_version=draft_version,
        )  # fmt: skip


class MemberStatement(Base):
    """What a member states about itself in a joint bid, taken from its profile as it signs and locked.

    `valid_until`: the last day on which every answer counts. The lead sees that day, never the answers; other members
    see nothing (fence of rows, 0036). Handing in seals it with the bid; with the draft it is erased.
    """

    __tablename__ = "member_statement"
    __retention__ = Retention(
        N_("Wat een lid van een gezamenlijke inschrijving over zichzelf verklaart, versleuteld."),
        N_(
            "Een maand na de sluiting, met het concept. Wat is ingediend, blijft verzegeld bij de inschrijving."
        ),
        N_("Er staan geen namen van mensen in. Wie tekende, staat bij de handtekening."),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("bid_member.id"), primary_key=True, autoincrement=False)
    content: Mapped[bytes]
    content_key: Mapped[str]
    valid_until: Mapped[date]
    stated_at: Mapped[datetime]


class Backer(Base):
    """Another organisation on whose means a bid relies for a demand (beroep op draagkracht).

    It promises those means and states for itself, from its profile and locked, as a member does; it is no party and
    sees nothing of the bid. Migration 0046 holds: all of it before the deadline, no bid goes in without the promise.
    """

    __tablename__ = "bid_backer"
    __table_args__ = (
        CheckConstraint("jsonb_array_length(criteria) > 0", name="criteria"),
        CheckConstraint("length(means) >= 10", name="means"),
        CheckConstraint("organisation_id <> lead_id", name="other"),
        CheckConstraint(
            "num_nulls(valid_until, promised_by_id, promised_at) IN (0, 3) AND (promised_at IS NULL) = (promise = '')"
            " AND num_nulls(content, content_key) IN (0, 2) AND (promised_at IS NOT NULL OR content IS NULL)",
            name="promised",
        ),
        CheckConstraint("promise = '' OR length(promise) >= 10", name="promise"),
        Index(
            "uq_bid_backer_running", "bid_id", "organisation_id", unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("ix_bid_backer_organisation_id", "organisation_id"),
        Index("ix_bid_backer_lead_id", "lead_id"),
    )  # fmt: skip
    __retention__ = Retention(
        N_("Wie middelen toezegt aan een inschrijving en wat zij over zichzelf verklaart, versleuteld."),
        N_("De verklaring een maand na de sluiting, met het concept; de rest zeven jaar (Archiefwet)."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    criteria: Mapped[list[str]]
    means: Mapped[str]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    promise: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    content_key: Mapped[str | None]
    valid_until: Mapped[date | None]
    promised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    promised_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[organisation_id])
    lead: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[lead_id])

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"promise": "", **facts, "means": rules.check_words(facts["means"], "means")})
