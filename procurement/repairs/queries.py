"""Reading who may be asked, and the requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, joinedload, undefer

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, USER, Tasks, Waiting, rows
from procurement.enclosures.queries import opened_bids
from procurement.evaluation.queries import disqualified
from procurement.opening.models import OpenedBid
from procurement.panels.models import PanelMember
from procurement.repairs.errors import RepairNotFound
from procurement.repairs.models import RepairRequest
from procurement.repairs.rules import Standing, Verdict, lacking
from procurement.statements import queries as statements
from procurement.tenders.models import Tender


@dataclass(frozen=True, slots=True)
class Listed:
    """A bid that takes part or was asked: what the system sees missing, and its request, if any.

    `shut`: names of formal files that do not open.
    """

    bid: OpenedBid
    lacks: Sequence[str]
    request: RepairRequest | None
    takes_part: bool
    shut: Sequence[str] = ()

    @property
    def standing(self) -> Standing:
        """As a value, for the rule."""
        return Standing(self.bid.id, self.bid.party_name, self.lacks, self.request is not None)


def requests(session: Session, tender_id: int) -> Mapping[int, RepairRequest]:
    """The requests of a tender by opened bid."""
    found = session.scalars(select(RepairRequest).where(RepairRequest.tender_id == tender_id))
    return {each.opened_bid_id: each for each in found}


def listed(session: Session, tender: Tender) -> list[Listed]:
    """The bids of an opened tender by name of their bidder: those that take part, and those that were asked."""
    out, asked = disqualified(session, tender.id), requests(session, tender.id)
    demand = statements.demand(tender, statements.find_demand(session, tender.id))
    if tender.closes_at is None:
        return []
    day, made = local_date(tender.closes_at), []
    for each in opened_bids(session, tender):
        takes_part = each.fault is None and each.id not in out
        if takes_part or each.id in asked:
            made.append(
                Listed(each, lacking(each.content, demand, day), asked.get(each.id), takes_part=takes_part)
            )
    return made


def refusals(session: Session, tender_id: int) -> dict[int, str]:
    """Why repairs were refused, by opened bid: what the letter adds."""
    return {
        key: each.reasons
        for key, each in requests(session, tender_id).items() if each.verdict is Verdict.REFUSED
    }  # fmt: skip


def accepted(session: Session, tender_id: int) -> set[int]:
    """Opened bids whose repair was accepted: their own letter says so."""
    return {key for key, each in requests(session, tender_id).items() if each.verdict is Verdict.ACCEPTED}


def _whole() -> Select[RepairRequest]:
    return (
        select(RepairRequest)
        .options(
            joinedload(RepairRequest.tender).joinedload(Tender.buyer),
            joinedload(RepairRequest.bid, innerjoin=True).options(
                joinedload(OpenedBid.lot), joinedload(OpenedBid.organisation)
            ),
        )
        .execution_options(populate_existing=True)
    )


def request(session: Session, public_id: UUID, *, with_file: bool = False) -> RepairRequest:
    """A request with its tender and bid; the fence (0037) hides it from other bidders.

    Raises:
        RepairNotFound: there is none, or not for this reader.
    """
    statement = _whole().where(RepairRequest.public_id == public_id)
    if with_file:
        statement = statement.options(undefer(RepairRequest.file))
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise RepairNotFound
    return found


def locked(session: Session, request_id: int) -> RepairRequest:
    """A request as it is now, held until the transaction ends."""
    session.execute(select(RepairRequest.id).where(RepairRequest.id == request_id).with_for_update())
    return session.scalars(_whole().where(RepairRequest.id == request_id)).one()


def is_open(session: Session, tender_id: int) -> bool:
    """Whether a request of a tender waits for something."""
    waiting = exists().where(RepairRequest.tender_id == tender_id, RepairRequest.decided_at.is_(None))
    return bool(session.scalar(select(waiting)))


_SEAT = exists().where(
    PanelMember.tender_id == Tender.id, PanelMember.user_id == USER, PanelMember.released_at.is_(None)
)
_OPEN = (
    rows(
        number=Tender.number, title=Tender.title, key=RepairRequest.public_id, due_at=RepairRequest.answer_until
    )
    .select_from(RepairRequest)
    .join(Tender, Tender.id == RepairRequest.tender_id)
    .join(OpenedBid, OpenedBid.id == RepairRequest.opened_bid_id)
    .where(
        RepairRequest.decided_at.is_(None), Tender.scores_frozen_at.is_(None), Tender.cancelled_at.is_(None),
        Tender.unsuccessful_at.is_(None),
    )
    .order_by(RepairRequest.id)
)  # fmt: skip
_HEARD = or_(RepairRequest.answered_at.is_not(None), RepairRequest.answer_until <= AT)
_ADDRESS = {"public_id": "key"}

tasks = Tasks(
    Waiting(
        N_("Vul uw inschrijving aan: %(number)s, %(title)s"), "repairs.show", frozenset({Role.BOARD, Role.MEMBER}),
        _OPEN.where(OpenedBid.organisation_id == ORGANISATION, ~_HEARD), _ADDRESS,
    ),
    Waiting(
        N_("Beslis over een herstel: %(number)s, %(title)s"), "repairs.show", frozenset({Role.PURCHASER}),
        _OPEN.where(Tender.buyer_id == ORGANISATION, RepairRequest.asked_by_id != USER, ~_SEAT, _HEARD), _ADDRESS,
    ),
)  # fmt: skip
"""What repairs wait for: the bidder's paper, or a decision by whoever did not ask."""
