"""Reading until when bids bind, what was asked and answered."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, exists, literal_column, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, TODAY, Tasks, Waiting, rows
from procurement.evaluation.models import Disqualification
from procurement.lots.queries import STOPPED
from procurement.opening.models import OpenedBid
from procurement.tenders.models import Tender
from procurement.validity.errors import RequestNotFound
from procurement.validity.models import ValidityAnswer, ValidityRequest
from procurement.validity.rules import WARNED, Bound, bound_until, own_day


def requests(session: Session, tender_id: int) -> Sequence[ValidityRequest]:
    """What was asked about a tender, the last first, with every answer this reader may see."""
    return session.scalars(
        select(ValidityRequest)
        .where(ValidityRequest.tender_id == tender_id)
        .order_by(ValidityRequest.id.desc())
        .options(selectinload(ValidityRequest.answers))
        .execution_options(populate_existing=True)
    ).all()


def request(session: Session, public_id: UUID) -> ValidityRequest:
    """A question with its tender and the answers this reader may see.

    Raises:
        RequestNotFound: none.
    """
    found = session.scalars(
        select(ValidityRequest)
        .where(ValidityRequest.public_id == public_id)
        .options(
            joinedload(ValidityRequest.tender).joinedload(Tender.buyer), selectinload(ValidityRequest.answers)
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise RequestNotFound
    return found


def bounds(tender: Tender, bids: Sequence[OpenedBid], asked: Sequence[ValidityRequest]) -> list[Bound]:
    """Until when each of these bids binds. `asked`: all of the tender, the last first; its lots are loaded."""
    lots = {each.id: each.number for each in tender.lots}
    found = []
    for bid in bids:
        answers = {each.id: _answer(each, bid.id) for each in asked}
        agreed = [each.until for each in asked if answers[each.id]]
        latest = answers[asked[0].id] if asked else None
        until = bound_until(own_day(bid.content), agreed)
        found.append(Bound(bid.id, bid.label, lots[bid.lot_id], until, latest))
    return found


def _answer(asked: ValidityRequest, bid_id: int) -> bool | None:
    return next((each.agrees for each in asked.answers if each.opened_bid_id == bid_id), None)


_OPEN = (
    OpenedBid.fault.is_(None), OpenedBid.lot_id.not_in(STOPPED),
    ~exists().where(Disqualification.opened_bid_id == OpenedBid.id),
)  # fmt: skip
"""What may still win."""


def taking_part(session: Session, tender_id: int) -> Sequence[OpenedBid]:
    """The bids that may still win, with who signed along, by label; the fence shows a bidder its own alone."""
    return session.scalars(
        select(OpenedBid)
        .where(OpenedBid.tender_id == tender_id, *_OPEN)
        .order_by(OpenedBid.label)
        .options(selectinload(OpenedBid.members))
    ).all()


_WARNED: ColumnElement[int] = literal_column(str(WARNED.days))
_OWN_DAY = cast(OpenedBid.content["valid_until"].astext, Date)
_LIVE = (Tender.awarded_at.is_(None), Tender.cancelled_at.is_(None), Tender.unsuccessful_at.is_(None))

tasks = Tasks(
    Waiting(
        N_("Laat u uw bod langer gelden? %(number)s, %(title)s"), "validity.show", frozenset({Role.BOARD}),
        rows(
            number=Tender.number, title=Tender.title, key=ValidityRequest.public_id,
            due_at=ValidityRequest.answer_until,
        )
        .select_from(ValidityRequest)
        .join(Tender, Tender.id == ValidityRequest.tender_id)
        .where(
            ValidityRequest.answer_until > AT, *_LIVE,
            exists().where(
                OpenedBid.tender_id == Tender.id, OpenedBid.organisation_id == ORGANISATION, *_OPEN,
                ~exists()
                .where(ValidityAnswer.request_id == ValidityRequest.id, ValidityAnswer.opened_bid_id == OpenedBid.id)
                .correlate_except(ValidityAnswer),
            ),
        )
        .order_by(ValidityRequest.id), {"public_id": "key"},
    ),
    Waiting(
        N_("Biedingen gelden bijna niet meer: %(number)s, %(title)s"), "validity.index", frozenset({Role.PURCHASER}),
        rows(number=Tender.number, title=Tender.title)
        .select_from(Tender)
        .where(
            Tender.buyer_id == ORGANISATION, Tender.opened_at.is_not(None), *_LIVE,
            exists().where(OpenedBid.tender_id == Tender.id, _OWN_DAY - _WARNED < TODAY, *_OPEN),
            ~exists().where(
                ValidityRequest.tender_id == Tender.id,
                ValidityRequest.until - _WARNED >= TODAY,
            ),
        )
        .order_by(Tender.id), {"number": "number"},
    ),
)  # fmt: skip
"""What the validity of bids waits for: an answer of the bidder, a question of the buyer."""
