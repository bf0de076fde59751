"""Questions to let bids hold longer, and their answers. Both stay; triggers of 0092 hold who wins and who goes out."""

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.hearings.rules import LEAST_TEXT
from procurement.opening.models import OpenedBid
from procurement.tenders.models import Tender

KEPT = Retention(
    N_("Wie vroeg of een bod langer mag gelden, en wie namens een inschrijver antwoordde, als nummer."),
    N_("Twintig jaar: zo lang moet een gunning na te gaan zijn (Archiefwet)."),
    N_("Een gewist account staat er als nummer."),
)


class ValidityRequest(Base):
    """One question to all bidders of a tender: until which day, why, and until when an answer counts."""

    __tablename__ = "validity_request"
    __retention__ = KEPT
    __table_args__ = (
        CheckConstraint(f"length(reason) >= {LEAST_TEXT}", name="reason"),
        CheckConstraint("answer_until > asked_at", name="term"),
        Index("ix_validity_request_tender_id", "tender_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    until: Mapped[date]
    reason: Mapped[str]
    answer_until: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]

    tender: Mapped[Tender] = relationship(lazy="raise")
    answers: Mapped[list["ValidityAnswer"]] = relationship(
        lazy="raise", order_by="ValidityAnswer.opened_bid_id"
    )

    @property
    def last_day(self) -> date:
        """The last whole day to answer."""
        return local_date(self.answer_until - timedelta(seconds=1))


class ValidityAnswer(Base):
    """What a bidder answered for one of its bids. Given once."""

    __tablename__ = "validity_answer"
    __retention__ = KEPT
    __table_args__ = (Index("ix_validity_answer_opened_bid_id", "opened_bid_id"),)

    request_id: Mapped[int] = mapped_column(
        ForeignKey("validity_request.id"), primary_key=True, autoincrement=False
    )
    opened_bid_id: Mapped[int] = mapped_column(
        ForeignKey("opened_bid.id"), primary_key=True, autoincrement=False
    )
    agrees: Mapped[bool]
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime]

    bid: Mapped[OpenedBid] = relationship(lazy="raise")
