"""Award decisions and their letters. Triggers of migration 0015 freeze them when they are sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.awards.rules import Result, needed
from procurement.consortia import rules as consortia
from procurement.opening.models import OpenedBid
from procurement.tenders.models import Lot, Tender

KEPT = Retention(
    N_("Wie een besluit schreef, las en verstuurde, en bij wie bezwaar kan."),
    N_("Twintig jaar: zo lang moet een gunning na te gaan zijn (Archiefwet)."),
    N_("Een gewist account staat er als nummer."),
)


class AwardDecision(Base):
    """Who wins each lot of a tender: prepared by one person of the buyer, sent by another.

    `standstill_days` are the chosen calendar days, `term` the dated rule they come from. At most one decision of
    a tender is in progress; a withdrawn one stays in the file. A later one beside a definitive one is about the lots
    whose award was taken back: at most one award of a lot stands (migration 0035).
    """

    __tablename__ = "award_decision"
    __retention__ = KEPT
    __table_args__ = (
        CheckConstraint("sent_by_id <> prepared_by_id", name="two_people"),
        CheckConstraint(
            "(sent_at IS NULL) = (sent_by_id IS NULL) AND (sent_at IS NULL) = (standstill_until IS NULL)", name="sent"
        ),
        CheckConstraint(
            "standstill_until - sent_at >= (24 * standstill_days - 1) * interval '1 hour'", name="standstill"
        ),
        CheckConstraint("definitive_at >= standstill_until", name="definitive_after_standstill"),
        CheckConstraint("definitive_at IS NULL OR sent_at IS NOT NULL", name="definitive_sent"),
        CheckConstraint("withdrawn_at IS NULL OR withdraw_reason <> ''", name="withdraw_reason"),
        CheckConstraint("withdrawn_at IS NULL OR definitive_at IS NULL", name="one_end"),
        CheckConstraint("standstill_days >= 0", name="standstill_days"),
        CheckConstraint("contact_name <> '' AND contact_email <> ''", name="contact"),
        Index(
            "uq_award_decision_in_progress", "tender_id", unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND definitive_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    version: Mapped[int]
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    prepared_at: Mapped[datetime]
    standstill_days: Mapped[int]
    term: Mapped[dict[str, Any]]
    contact_name: Mapped[str]
    contact_email: Mapped[str]
    contact_phone: Mapped[str]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[datetime | None]
    standstill_until: Mapped[datetime | None]
    definitive_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    definitive_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str]

    tender: Mapped[Tender] = relationship(lazy="raise")
    lots: Mapped[list["LotAward"]] = relationship(
        back_populates="decision", lazy="raise", order_by="LotAward.lot_id"
    )
    letters: Mapped[list["AwardLetter"]] = relationship(back_populates="decision", lazy="raise")

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"withdraw_reason": "", "contact_phone": "", "version": 1, **facts})

    @property
    def authors(self) -> set[int]:
        """Who prepared the decision or wrote a letter: they do not send it."""
        return {self.prepared_by_id, *(each.written_by_id for each in self.letters if each.written_by_id)}

    def needs(self, letter: "AwardLetter") -> tuple[str, ...]:
        """Which texts a letter needs: `advantages`, `lesson`, or none."""
        is_won = self.award_of(letter.bid.lot_id).winner_bid_id is not None
        return needed(letter.result, is_won=is_won)

    @property
    def unfinished(self) -> list[str]:
        """Labels of letters that still lack their reasons."""
        return sorted(
            each.bid.label
            for each in self.letters
            if not all(getattr(each, name) for name in self.needs(each))
        )

    def award_of(self, lot_id: int) -> "LotAward":
        """What was decided about a lot."""
        return next(each for each in self.lots if each.lot_id == lot_id)


class LotAward(Base):
    """What a decision says about one lot: its winner, or why there is none. Lots come in the order of their numbers.

    `also_won`: under a framework with several suppliers the labels of the further winners, best first.
    `passed_over` are labels of bids ranked above the winner whose bidder reached the limit of lots elsewhere.
    `standstill_until`: longer than the decision's, for this lot alone; None: as the decision. Each lot becomes
    definitive by itself (triggers of migration 0032), or is taken back by itself once another lot is definitive.
    """

    __tablename__ = "lot_award"
    __retention__ = KEPT
    __table_args__ = (
        UniqueConstraint("decision_id", "lot_id"),
        CheckConstraint("(winner_bid_id IS NULL) = (reason <> '')", name="outcome"),
        CheckConstraint("winner_bid_id IS NOT NULL OR also_won = '[]'", name="also_won"),
        CheckConstraint("(definitive_at IS NULL) = (definitive_by_id IS NULL)", name="definitive"),
        CheckConstraint("definitive_at >= standstill_until", name="definitive_after"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_at IS NULL) = (withdraw_reason = '')",
            name="withdrawn",
        ),
        CheckConstraint("withdrawn_at IS NULL OR definitive_at IS NULL", name="one_end"),
        Index("ix_lot_award_lot_id", "lot_id"),
    )

    id: Mapped[Key]
    decision_id: Mapped[int] = mapped_column(ForeignKey("award_decision.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    winner_bid_id: Mapped[int | None] = mapped_column(ForeignKey("opened_bid.id"))
    reason: Mapped[str]
    passed_over: Mapped[list[str]]
    also_won: Mapped[list[str]]
    standstill_until: Mapped[datetime | None]
    definitive_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    definitive_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str]

    decision: Mapped[AwardDecision] = relationship(back_populates="lots", lazy="raise")
    lot: Mapped[Lot] = relationship(lazy="raise")
    winner: Mapped[OpenedBid | None] = relationship(lazy="raise")

    @property
    def is_waiting(self) -> bool:
        """Whether it was neither made definitive nor taken back, and its lot runs."""
        return not (self.definitive_at or self.withdrawn_at or self.lot.stop_reason)

    def until(self, decision: AwardDecision) -> datetime | None:
        """The first free instant: its own, or its decision's, whichever is later; None before the sending."""
        return max(filter(None, (decision.standstill_until, self.standstill_until)), default=None)

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"also_won": [], "withdraw_reason": "", **facts})


class AwardLetter(Base):
    """What one bidder is told. `content` is fixed at sending: own and winning points, prices, the panel's notes."""

    __tablename__ = "award_letter"
    __retention__ = KEPT
    __table_args__ = (
        UniqueConstraint("decision_id", "opened_bid_id"),
        CheckConstraint(
            "result IN ('won', 'lost', 'limited', 'knocked_out', 'disqualified', 'damaged')", name="result"
        ),
        Index("ix_award_letter_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    decision_id: Mapped[int] = mapped_column(ForeignKey("award_decision.id"))
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    result: Mapped[Result]
    advantages: Mapped[str]
    lesson: Mapped[str]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    content: Mapped[dict[str, Any] | None]

    decision: Mapped[AwardDecision] = relationship(back_populates="letters", lazy="raise")
    bid: Mapped[OpenedBid] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def party_name(self) -> str:
        """Whom the letter is for, by name; with others all of them."""
        return consortia.party_name(self.organisation.name, self.bid.content)

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"advantages": "", "lesson": "", **facts})
