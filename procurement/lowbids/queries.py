"""Reading prices with their hints, and the questions about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, USER, Tasks, Waiting, rows
from procurement.evaluation.queries import disqualified
from procurement.lots.queries import STOPPED
from procurement.lowbids.errors import QuestionNotFound
from procurement.lowbids.models import LowBidDraft, LowBidQuestion
from procurement.lowbids.rules import OUT, Hint, Settings, hints
from procurement.opening.models import BidAccess, OpenedBid
from procurement.opening.queries import opened
from procurement.panels.models import PanelMember
from procurement.tenders.models import Lot, Tender
from procurement.wage_floors.queries import find_floor
from procurement.wage_floors.rules import Floor, Sum, labour_of, percent_below, sums

PURPOSE = "prices"
"""What `BidAccess` calls seeing the prices before the freeze (0034)."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A valid bid with its price in euro cents, what its price asks, and the question that was put, if any.

    `is_stopped`: its lot was stopped, so the question waits for nothing any more. `floor`: of wages, of the tender.
    """

    label: str
    lot_number: int
    price_minor: int
    hints: Sequence[Hint]
    question: LowBidQuestion | None
    is_stopped: bool = False
    sums: Sequence[Sum] = ()
    floor: Floor | None = None


def questions(session: Session, tender_id: int) -> dict[int, LowBidQuestion]:
    """The questions of a tender by opened bid."""
    found = session.scalars(select(LowBidQuestion).where(LowBidQuestion.tender_id == tender_id))
    return {each.opened_bid_id: each for each in found}


def priced(session: Session, tender: Tender, settings: Settings) -> list[Priced]:
    """The bids that are in, and those that were asked about, by lot and label."""
    out, asked = disqualified(session, tender.id), questions(session, tender.id)
    prices: dict[int, dict[int, int]] = {}
    bids = [each for each in opened(session, tender.id) if each.price_minor is not None]
    for each in bids:
        if each.id not in out and each.price_minor is not None:
            prices.setdefault(each.lot_id, {})[each.id] = each.price_minor
    lots = {each.id: each for each in session.scalars(select(Lot).where(Lot.tender_id == tender.id))}
    floor, made = find_floor(session, tender.id), []
    for each in bids:
        lot = lots[each.lot_id]
        is_left_out = each.id in out or lot.stop_reason is not None
        if each.price_minor is None or (is_left_out and each.id not in asked):
            continue
        others = [price for key, price in prices.get(each.lot_id, {}).items() if key != each.id]
        estimate = lot.value_minor or (None if len(lots) > 1 else tender.value_minor)
        labour = labour_of((each.content or {}).get("labour"))
        below = percent_below(labour, floor, each.price_minor)
        shown = sums(labour, floor, each.price_minor) if labour and floor else []
        found = hints(each.price_minor, others, estimate, settings, below)
        question, is_stopped = asked.get(each.id), lot.stop_reason is not None
        made.append(
            Priced(each.label, lot.number, each.price_minor, found, question, is_stopped, shown, floor)
        )
    return sorted(made, key=lambda each: (each.lot_number, len(each.label), each.label))


def below_unasked(session: Session, tender: Tender) -> list[str]:
    """Labels of valid bids whose labour lies below the wage floor and that nobody asked about."""
    floor = find_floor(session, tender.id)
    if floor is None:
        return []
    left_out = {*disqualified(session, tender.id), *questions(session, tender.id)}
    stopped = set(session.scalars(STOPPED))
    return [
        each.label
        for each in opened(session, tender.id)
        if each.price_minor is not None and each.id not in left_out and each.lot_id not in stopped
        and percent_below(labour_of((each.content or {}).get("labour")), floor, each.price_minor)
    ]  # fmt: skip


def rejections(session: Session, tender_id: int) -> dict[int, str]:
    """Why explanations were rejected, by opened bid: what the letter adds."""
    return {key: each.reasons for key, each in questions(session, tender_id).items() if each.verdict in OUT}


def _whole() -> Select[LowBidQuestion]:
    return (
        select(LowBidQuestion)
        .options(
            joinedload(LowBidQuestion.tender).joinedload(Tender.buyer),
            joinedload(LowBidQuestion.bid, innerjoin=True).joinedload(OpenedBid.lot),
            joinedload(LowBidQuestion.bid, innerjoin=True).selectinload(OpenedBid.members),
        )
        .execution_options(populate_existing=True)
    )


def question(session: Session, public_id: UUID) -> LowBidQuestion:
    """A question with its tender and bid; the fence around bids (0022) hides it from other bidders.

    Raises:
        QuestionNotFound: there is none, or not for this reader.
    """
    found = session.scalars(_whole().where(LowBidQuestion.public_id == public_id)).one_or_none()
    if found is None:
        raise QuestionNotFound
    return found


def find_draft(session: Session, question_id: int) -> LowBidDraft | None:
    """What the lead of a joint bid means to answer, for itself and its members."""
    return session.get(LowBidDraft, question_id)


def locked(session: Session, question_id: int) -> LowBidQuestion:
    """A question as it is now, held until the transaction ends."""
    session.execute(select(LowBidQuestion.id).where(LowBidQuestion.id == question_id).with_for_update())
    return session.scalars(_whole().where(LowBidQuestion.id == question_id)).one()


_GOES_ON = LowBidQuestion.opened_bid_id.not_in(select(OpenedBid.id).where(OpenedBid.lot_id.in_(STOPPED)))
"""The lot of a question was not stopped."""


def is_open(session: Session, tender_id: int) -> bool:
    """Whether a question of a tender waits for something; one about a stopped lot does not."""
    waiting = exists().where(
        LowBidQuestion.tender_id == tender_id, LowBidQuestion.confirmed_at.is_(None), _GOES_ON
    )
    return bool(session.scalar(select(waiting)))


_SEAT = exists().where(PanelMember.tender_id == Tender.id, PanelMember.user_id == USER)
_RUNNING = (
    Tender.scores_frozen_at.is_(None), Tender.cancelled_at.is_(None), Tender.unsuccessful_at.is_(None),
)  # fmt: skip
_BUYERS = frozenset({Role.PURCHASER})


def _asked() -> Select[tuple[object, ...]]:
    return (
        rows(number=Tender.number, title=Tender.title, key=LowBidQuestion.public_id)
        .select_from(LowBidQuestion)
        .join(Tender, Tender.id == LowBidQuestion.tender_id)
        .where(LowBidQuestion.confirmed_at.is_(None), _GOES_ON, *_RUNNING)
        .order_by(LowBidQuestion.id)
    )


_MINE = _asked().where(Tender.buyer_id == ORGANISATION, ~_SEAT)
_ADDRESS = {"public_id": "key"}

tasks = Tasks(
    Waiting(
        N_("Leg uw prijs uit: %(number)s, %(title)s"), "lowbids.show", frozenset({Role.BOARD, Role.MEMBER}),
        rows(
            number=Tender.number, title=Tender.title, key=LowBidQuestion.public_id,
            due_at=LowBidQuestion.answer_until,
        )
        .select_from(LowBidQuestion)
        .join(Tender, Tender.id == LowBidQuestion.tender_id)
        .join(OpenedBid, OpenedBid.id == LowBidQuestion.opened_bid_id)
        .where(
            OpenedBid.organisation_id == ORGANISATION, LowBidQuestion.answered_at.is_(None),
            LowBidQuestion.answer_until > AT, LowBidQuestion.confirmed_at.is_(None), OpenedBid.lot_id.not_in(STOPPED),
            *_RUNNING,
        )
        .order_by(LowBidQuestion.id), _ADDRESS,
    ),
    Waiting(
        N_("Oordeel over de uitleg van een prijs: %(number)s, %(title)s"), "lowbids.show", _BUYERS,
        _MINE.where(
            LowBidQuestion.judged_at.is_(None),
            or_(LowBidQuestion.answered_at.is_not(None), LowBidQuestion.answer_until <= AT),
        ), _ADDRESS,
    ),
    Waiting(
        N_("Bevestig een oordeel over een prijs: %(number)s, %(title)s"), "lowbids.show", _BUYERS,
        _MINE.where(LowBidQuestion.judged_at.is_not(None), LowBidQuestion.judged_by_id != USER), _ADDRESS,
    ),
    Waiting(
        N_("Kijk of een prijs heel laag is: %(number)s, %(title)s"), "lowbids.index", _BUYERS,
        rows(number=Tender.number, title=Tender.title)
        .select_from(Tender)
        .where(
            Tender.buyer_id == ORGANISATION, Tender.opened_at <= AT, *_RUNNING, ~_SEAT,
            exists().where(PanelMember.tender_id == Tender.id),
            exists().where(
                OpenedBid.tender_id == Tender.id, OpenedBid.price_minor.is_not(None), OpenedBid.lot_id.not_in(STOPPED)
            ),
            ~exists().where(BidAccess.tender_id == Tender.id, BidAccess.purpose == PURPOSE),
        )
        .order_by(Tender.id), {"number": "number"},
    ),
)  # fmt: skip
"""What prices wait for: an explanation, a judgment, a second person; or a first look."""
