"""Requests to repair a formal defect. What was said stays; the freeze waits for a decision (triggers of 0037)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.hearings.models import Hearing, hearing_checks
from procurement.hearings.rules import LEAST_TEXT
from procurement.opening.models import OpenedBid
from procurement.repairs.rules import MOST_FILE, Kind, State, Verdict, state_of
from procurement.tenders.models import Tender


class RepairRequest(Hearing, Base):
    """A buyer's request to the bidder of one opened bid, what it sent, and what a second person decided.

    `about`: codes of `rules.ABOUT`, all in one request. `left_out`: why others in the same position were not asked.
    `is_same_bid` and `is_older` are what the second person found: the bid stayed the same; the paper is from before
    the closing (None where it is about a slip).
    """

    __tablename__ = "repair_request"
    __retention__ = Retention(
        N_("Wie een gebrek zag, herstelde en besliste, als nummer, met hun woorden en het stuk."),
        N_("Twintig jaar: zo lang moet een gunning na te gaan zijn (Archiefwet)."),
        N_("De woorden blijven staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        *hearing_checks(),
        CheckConstraint("kind IN ('missing', 'unclear', 'clerical')", name="kind"),
        CheckConstraint("jsonb_typeof(about) = 'array' AND about <> '[]'::jsonb", name="about"),
        CheckConstraint("verdict IN ('accepted', 'refused')", name="verdict"),
        CheckConstraint(
            "(file IS NULL) = (file_name IS NULL) AND (file IS NULL) = (file_kind IS NULL)"
            f" AND (file IS NULL OR answered_at IS NOT NULL AND octet_length(file) BETWEEN 1 AND {MOST_FILE})",
            name="file",
        ),
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL) AND (decided_at IS NULL) = (verdict IS NULL)"
            " AND (decided_at IS NULL) = (is_same_bid IS NULL)"
            f" AND (decided_at IS NULL OR length(reasons) >= {LEAST_TEXT} AND decided_by_id <> asked_by_id"
            " AND (answered_at IS NOT NULL OR decided_at >= answer_until))",
            name="decided",
        ),
        CheckConstraint(
            "verdict IS DISTINCT FROM 'accepted'"
            " OR answered_at IS NOT NULL AND is_same_bid IS TRUE AND (kind = 'clerical' OR is_older IS TRUE)",
            name="accepted",
        ),
        Index("ix_repair_request_tender_id", "tender_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"), unique=True)
    kind: Mapped[Kind]
    about: Mapped[list[str]] = mapped_column(JSONB)
    left_out: Mapped[str]
    file: Mapped[bytes | None] = mapped_column(deferred=True)
    file_name: Mapped[str | None]
    file_kind: Mapped[str | None]
    verdict: Mapped[Verdict | None]
    is_same_bid: Mapped[bool | None]
    is_older: Mapped[bool | None]
    reasons: Mapped[str]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship(lazy="raise")
    bid: Mapped[OpenedBid] = relationship(lazy="raise")

    def state(self, at: datetime) -> State:
        """Where it stands at an instant."""
        return state_of(is_heard=self.is_heard(at), is_decided=self.decided_at is not None)
