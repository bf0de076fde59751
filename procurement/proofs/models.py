"""Requests for proof, what was shown, what was decided. Triggers and fences of rows: migrations 0036 and 0044."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.consortia.rules import parties
from procurement.opening.models import OpenedBid
from procurement.proofs.rules import SETTLED, Choice, Standing, check_reason, standing
from procurement.tenders.models import Tender


class ProofRequest(Base):
    """What a buyer asks one party of a winning bid to show, until the end of a day.

    Each member is asked apart, and each on whose means the bid relies.
    """

    __tablename__ = "proof_request"
    __table_args__ = (
        UniqueConstraint("opened_bid_id", "organisation_id"),
        CheckConstraint("jsonb_array_length(kinds) > 0", name="kinds"),
        CheckConstraint("until > asked_at", name="term"),
        Index("ix_proof_request_tender_id", "tender_id"),
        Index("ix_proof_request_organisation_id", "organisation_id"),
    )
    __retention__ = Retention(
        N_("Wie een winnaar om bewijs vroeg, als nummer."),
        N_("Zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("Een gewist account staat er als nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kinds: Mapped[list[str]]
    until: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship(lazy="raise")
    bid: Mapped[OpenedBid] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    proofs: Mapped[list["Proof"]] = relationship(lazy="raise", order_by="Proof.id", back_populates="request")
    rulings: Mapped[list["ProofRuling"]] = relationship(lazy="raise", order_by="ProofRuling.id")

    @property
    def last_day(self) -> date:
        """The last whole day to answer: the term ends at a midnight in Amsterdam."""
        return local_date(self.until - timedelta(seconds=1))

    def last(self, kind: str) -> "Proof | None":
        """The last paper of a kind that was sent."""
        return next((each for each in reversed(self.proofs) if each.kind == kind), None)

    def standing(self, kind: str) -> Standing:
        """Where a paper stands."""
        found = self.last(kind)
        return standing(
            is_there=found is not None, is_good=found.is_good if found else None,
            is_accepted=any(kind in each.kinds for each in self.rulings),
        )  # fmt: skip

    @property
    def is_backer(self) -> bool:
        """Whether the bid relies on this party's means: it is no party to the bid. Organisation and bid are loaded."""
        members = {each["organisation"] for each in parties(self.bid.content)}
        return (
            self.organisation_id != self.bid.organisation_id
            and str(self.organisation.public_id) not in members
        )

    @property
    def is_refused(self) -> bool:
        """Whether the winner was refused for this proof."""
        return any(each.choice is Choice.REFUSED for each in self.rulings)

    @property
    def left(self) -> list[str]:
        """The papers that still have to be sent; none after a refusal."""
        waits = {Standing.MISSING, Standing.BACK}
        return [each for each in self.kinds if self.standing(each) in waits and not self.is_refused]

    @property
    def open(self) -> list[str]:
        """The papers that stand in the way of a definitive award."""
        return [each for each in self.kinds if self.standing(each) not in SETTLED]


class Proof(Base):
    """A paper as it was shown: a copy, so that it stays when the organisation renews its own. Locked like its own."""

    __tablename__ = "proof"
    __table_args__ = (
        CheckConstraint("num_nulls(is_good, seen_by_id, seen_at) IN (0, 3)", name="seen"),
        CheckConstraint("is_good IS NOT FALSE OR note <> ''", name="note"),
        Index(
            "uq_proof_standing",
            "request_id",
            "kind",
            unique=True,
            postgresql_where=text("is_good IS NOT FALSE"),
        ),
    )
    __retention__ = Retention(
        N_("Het bewijs van een winnaar, versleuteld, en wie het stuurde en zag. Er staan soms namen in."),
        N_("Zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("Het gaat naar het archief van de inkoper. Een gewist account staat er als nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    request_id: Mapped[int] = mapped_column(ForeignKey("proof_request.id"))
    kind: Mapped[str]
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    name: Mapped[str]
    file_kind: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    content_key: Mapped[str]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[datetime]
    is_good: Mapped[bool | None]
    note: Mapped[str]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    seen_at: Mapped[datetime | None]

    request: Mapped[ProofRequest] = relationship(lazy="raise", back_populates="proofs")


class ProofRuling(Base):
    """What a buyer decided about proof that was open, with its reason: `kinds` are the papers it goes on without."""

    __tablename__ = "proof_ruling"
    __table_args__ = (
        CheckConstraint("choice IN ('longer', 'accepted', 'refused')", name="choice"),
        CheckConstraint("length(reason) >= 10", name="reason"),
        CheckConstraint("(choice = 'longer') = (until IS NOT NULL) AND until > until_before", name="longer"),
        CheckConstraint("(choice = 'accepted') = (jsonb_array_length(kinds) > 0)", name="accepted"),
        CheckConstraint("choice <> 'refused' OR decided_at >= until_before", name="refused"),
        Index("ix_proof_ruling_request_id", "request_id"),
        Index(
            "uq_proof_ruling_refused", "request_id", unique=True, postgresql_where=text("choice = 'refused'")
        ),
    )
    __retention__ = Retention(
        N_("Wie besloot over bewijs dat ontbrak, als nummer, met de reden."),
        N_("Zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("Een gewist account staat er als nummer."),
    )

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("proof_request.id"))
    choice: Mapped[Choice]
    kinds: Mapped[list[str]]
    until_before: Mapped[datetime]
    until: Mapped[datetime | None]
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"kinds": [], **facts, "reason": check_reason(facts["reason"])})
