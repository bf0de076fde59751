"""Reading frameworks and their call-offs: the parties their own, auditors all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, Tasks, Waiting, rows
from procurement.call_offs import rules
from procurement.call_offs.errors import CallOffNotFound
from procurement.call_offs.models import CallOff, FrameworkMember, FrameworkParty, FrameworkRule
from procurement.call_offs.rules import Candidate, State
from procurement.changes.models import ContractChange
from procurement.contracts.models import Contract
from procurement.contracts.queries import is_member
from procurement.tenders.models import Tender

_COMPETITION = aliased(Tender)
_TAKES_ROOM = and_(
    CallOff.state.in_(rules.COUNTED),
    or_(
        CallOff.state != State.COMPETING,
        and_(_COMPETITION.cancelled_at.is_(None), _COMPETITION.unsuccessful_at.is_(None)),
    ),
)
"""What is ordered or reserved; a competition that was stopped reserves nothing."""

_UNDER = (
    select(CallOff.result_id.label("contract_id"), CallOff.tender_id, literal(False).label("own"))
    .where(CallOff.result_id.is_not(None))
    .union_all(
        select(Contract.id, Contract.tender_id, literal(True))
        .join(Tender, Tender.id == Contract.tender_id)
        .where(Tender.framework.is_not(None))
    )
    .subquery()
)
"""Contracts whose changes count under a framework, with its tender; whether it is the framework contract itself."""

_DELTAS = func.sum(ContractChange.delta_minor)
_CHANGED = (
    select(
        _UNDER.c.tender_id,
        case((_UNDER.c.own, func.greatest(_DELTAS, 0)), else_=_DELTAS).label("changed"),
    )
    .join(ContractChange, ContractChange.contract_id == _UNDER.c.contract_id)
    .where(ContractChange.effective_at.is_not(None))
    .group_by(_UNDER.c.tender_id, _UNDER.c.contract_id, _UNDER.c.own)
    .subquery()
)
"""What changes added by contract. The price of a framework contract is no order: less of it gives no room."""

_COUNTED = (
    select(CallOff.tender_id, CallOff.amount_minor.label("amount"))
    .outerjoin(_COMPETITION, _COMPETITION.id == CallOff.competition_id)
    .where(_TAKES_ROOM)
    .union_all(select(_CHANGED.c.tender_id, _CHANGED.c.changed))
    .subquery()
)
_TAKEN = (
    select(_COUNTED.c.tender_id, func.sum(_COUNTED.c.amount).label("taken"))
    .group_by(_COUNTED.c.tender_id)
    .subquery()
)
_PARTY = (
    joinedload(FrameworkParty.supplier), selectinload(FrameworkParty.prices), joinedload(FrameworkParty.members),
)  # fmt: skip
_OUTCOME = (joinedload(CallOff.competition), joinedload(CallOff.result).joinedload(Contract.supplier))
_ORDER = (
    joinedload(CallOff.framework).options(
        joinedload(Contract.buyer), joinedload(Contract.supplier), joinedload(Contract.tender)
    ),
    joinedload(CallOff.party).options(
        joinedload(FrameworkParty.supplier),
        joinedload(FrameworkParty.contract),
        selectinload(FrameworkParty.members),
    ),
    *_OUTCOME,
    joinedload(CallOff.agreement),
    selectinload(CallOff.lines),
    selectinload(CallOff.answers),
)


def taken(session: Session, tender_id: int, leaving_out: int | None = None) -> Money:
    """What is ordered or reserved under a framework, all its lots together, with what changes in force added."""
    found = session.scalar(
        select(func.coalesce(func.sum(CallOff.amount_minor), 0))
        .outerjoin(_COMPETITION, _COMPETITION.id == CallOff.competition_id)
        .where(CallOff.tender_id == tender_id, _TAKES_ROOM, CallOff.id.is_distinct_from(leaving_out))
    )
    return Money(int(found or 0) + changed(session, tender_id).minor)


def changed(session: Session, tender_id: int) -> Money:
    """What changes in force added to a framework's contracts, its own and those of its mini-competitions."""
    minor = session.scalar(
        select(func.coalesce(func.sum(_CHANGED.c.changed), 0)).where(_CHANGED.c.tender_id == tender_id)
    )
    return Money(int(minor or 0))


def framework_tender_of(session: Session, contract_id: int) -> int | None:
    """The framework's tender that a contract counts under: its own, or that of its mini-competition."""
    return session.scalar(select(_UNDER.c.tender_id).where(_UNDER.c.contract_id == contract_id))


def _is_party(actor: Actor) -> "Select[int]":
    return select(FrameworkParty.contract_id).where(
        or_(FrameworkParty.supplier_id == actor.organisation_id, along(actor.organisation_id))
    )


def along(organisation_id: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL: a party is a joint one, with this organisation among its members."""
    return exists().where(
        FrameworkMember.party_id == FrameworkParty.id,
        FrameworkMember.organisation_id == organisation_id,
        *conditions,
    )


def frameworks(actor: Actor) -> Select[Contract, int | None, Any]:
    """Signed frameworks this actor may see with maximum and what is taken in cents, newest first."""
    statement = (
        select(Contract, Tender.framework_max_minor, func.coalesce(_TAKEN.c.taken, 0).label("taken"))
        .join(Tender, Tender.id == Contract.tender_id)
        .outerjoin(_TAKEN, _TAKEN.c.tender_id == Tender.id)
        .where(Tender.framework.is_not(None), Contract.agreement_id.is_not(None))
        .options(joinedload(Contract.buyer), joinedload(Contract.supplier))
        .order_by(Contract.id.desc())
    )
    if actor.has(Role.AUDITOR):
        return statement
    own = actor.organisation_id
    return statement.where(
        or_(
            Contract.buyer_id == own,
            Contract.supplier_id == own,
            is_member(own),
            Contract.id.in_(_is_party(actor)),
        )
    )


def framework(session: Session, number: str) -> Contract:
    """A signed framework contract with parties and its tender.

    Raises:
        CallOffNotFound: none, or an ordinary contract.
    """
    found = session.scalars(
        select(Contract)
        .join(Tender, Tender.id == Contract.tender_id)
        .where(Contract.number == number, Tender.framework.is_not(None), Contract.agreement_id.is_not(None))
        .options(
            joinedload(Contract.buyer),
            joinedload(Contract.supplier),
            joinedload(Contract.tender),
            selectinload(Contract.lines),
        )
    ).one_or_none()
    if found is None:
        raise CallOffNotFound
    return found


def find_rule(session: Session, tender_id: int) -> FrameworkRule | None:
    """The published rule of a framework."""
    return session.get(FrameworkRule, tender_id)


def parties_where(session: Session, which: ColumnElement[bool], *more: ORMOption) -> Sequence[FrameworkParty]:
    """Parties of a condition with their price lists, by place."""
    statement = select(FrameworkParty).where(which).options(*_PARTY, *more).order_by(FrameworkParty.rank)
    return session.scalars(statement.execution_options(populate_existing=True)).unique().all()


def parties(session: Session, contract_id: int) -> Sequence[FrameworkParty]:
    """Suppliers of a framework with their price lists, by place."""
    return parties_where(session, FrameworkParty.contract_id == contract_id)


_WON = exists().where(Contract.id == CallOff.result_id, Contract.supplier_id == FrameworkParty.supplier_id)
"""SQL: a mini-competition brought its contract to this party."""


def candidates(session: Session, contract_id: int) -> list[Candidate]:
    """Who takes part, with what each got so far: orders agreed and waiting, and what it won in mini-competitions."""
    placed = and_(CallOff.party_id == FrameworkParty.id, CallOff.state.in_((State.OFFERED, State.ACCEPTED)))
    found = session.execute(
        select(FrameworkParty.id, FrameworkParty.rank, func.coalesce(func.sum(CallOff.amount_minor), 0))
        .outerjoin(CallOff, and_(CallOff.framework_id == FrameworkParty.contract_id, or_(placed, _WON)))
        .where(FrameworkParty.contract_id == contract_id, FrameworkParty.joined_at.is_not(None))
        .group_by(FrameworkParty.id, FrameworkParty.rank)
        .order_by(FrameworkParty.rank)
    ).all()
    return [Candidate(key, rank, Money(int(minor))) for key, rank, minor in found]


def received(session: Session, party_id: int) -> tuple[int, Money]:
    """How many orders a supplier accepted or won under its framework, and what they are worth together."""
    accepted = and_(CallOff.party_id == FrameworkParty.id, CallOff.state == State.ACCEPTED)
    many, minor = session.execute(
        select(func.count(), func.coalesce(func.sum(CallOff.amount_minor), 0))
        .join_from(CallOff, FrameworkParty, FrameworkParty.contract_id == CallOff.framework_id)
        .where(FrameworkParty.id == party_id, or_(accepted, _WON))
    ).one()
    return many, Money(int(minor))


def open_competitions(session: Session, contract_id: int, at: datetime) -> Sequence[Tender]:
    """Mini-competitions under a framework that can be bid on now: every party was invited."""
    return session.scalars(
        select(Tender)
        .join(CallOff, CallOff.competition_id == Tender.id)
        .where(
            CallOff.framework_id == contract_id, Tender.published_at <= at, Tender.closes_at > at,
            Tender.cancelled_at.is_(None),
        )
        .order_by(Tender.closes_at)
    ).all()  # fmt: skip


def additions(session: Session, order_id: int) -> Sequence[CallOff]:
    """What was ordered on top of an order, oldest first."""
    return session.scalars(
        select(CallOff).where(CallOff.supplements_id == order_id).order_by(CallOff.id)
    ).all()


def added(session: Session, order_id: int) -> Money:
    """What was added to an order, agreed or waiting."""
    minor = session.scalar(
        select(func.coalesce(func.sum(CallOff.amount_minor), 0)).where(
            CallOff.supplements_id == order_id, CallOff.state.in_((State.OFFERED, State.ACCEPTED))
        )
    )
    return Money(int(minor or 0))


def call_offs(actor: Actor, contract_id: int) -> Select[CallOff]:
    """The orders under a framework, newest first: all for the buyer and auditors, a supplier its own."""
    statement = (
        select(CallOff)
        .where(CallOff.framework_id == contract_id)
        .options(
            joinedload(CallOff.party).joinedload(FrameworkParty.supplier),
            joinedload(CallOff.party).selectinload(FrameworkParty.members), *_OUTCOME,
        )
        .order_by(CallOff.id.desc())
    )  # fmt: skip
    if actor.has(Role.AUDITOR):
        return statement
    own = actor.organisation_id
    buys = exists().where(Contract.id == CallOff.framework_id, Contract.buyer_id == own)
    return statement.where(or_(buys, _supplies(own)))


def _supplies(own: int | None) -> ColumnElement[bool]:
    """Whether an organisation supplies an order, alone or with others."""
    party = FrameworkParty.id == CallOff.party_id
    lead = Contract.supplier_id == FrameworkParty.supplier_id
    return or_(
        exists().where(party, or_(FrameworkParty.supplier_id == own, along(own))),
        exists().where(party, lead, Contract.id == CallOff.framework_id, is_member(own)),
        exists().where(Contract.id == CallOff.result_id, or_(Contract.supplier_id == own, is_member(own))),
    )


def call_off(session: Session, number: str) -> CallOff:
    """An order with everything of it.

    Raises:
        CallOffNotFound: none.
    """
    found = session.scalars(
        select(CallOff)
        .where(CallOff.number == number)
        .options(*_ORDER)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise CallOffNotFound
    return found


def of_competition(session: Session, tender_id: int) -> CallOff | None:
    """The order that a mini-competition is held for."""
    return session.scalars(
        select(CallOff).where(CallOff.competition_id == tender_id).options(*_ORDER)
    ).one_or_none()


def next_sequence(session: Session, contract_id: int) -> int:
    """The next number under a framework; the caller holds its tender locked."""
    last = session.scalar(select(func.max(CallOff.sequence)).where(CallOff.framework_id == contract_id))
    return (last or 0) + 1


def find_framework_tender(session: Session, competition_id: int) -> int | None:
    """For open data: the framework's tender of a mini-competition."""
    return session.scalar(select(CallOff.tender_id).where(CallOff.competition_id == competition_id))


_OWN = (
    rows(
        number=Contract.number,
        title=Contract.title,
        num=_TAKEN.c.taken * 100 / Tender.framework_max_minor,
    )
    .join(Tender, Tender.id == Contract.tender_id)
    .join(_TAKEN, _TAKEN.c.tender_id == Tender.id)
    .where(
        Contract.buyer_id == ORGANISATION, Contract.agreement_id.is_not(None), Contract.ends_on >= TODAY,
    )
    .order_by(Contract.id)
)  # fmt: skip
_WAITS = (
    rows(number=CallOff.number, title=CallOff.title)
    .join(FrameworkParty, FrameworkParty.id == CallOff.party_id)
    .where(FrameworkParty.supplier_id == ORGANISATION, CallOff.state == State.OFFERED)
    .order_by(CallOff.id)
)
_BUYERS, _BOARD = frozenset({Role.PURCHASER}), frozenset({Role.BOARD})

tasks = Tasks(
    Waiting(
        N_("Raamovereenkomst %(number)s is bijna vol: %(num)s procent. %(title)s"), "call_offs.show", _BUYERS,
        _OWN.where(
            _TAKEN.c.taken * 100 >= Tender.framework_max_minor * rules.WARN_AT,
            _TAKEN.c.taken < Tender.framework_max_minor,
        ),
        {"number": "number"},
    ),
    Waiting(
        N_("Raamovereenkomst %(number)s is vol: begin op tijd een nieuwe aanbesteding. %(title)s"), "call_offs.show",
        _BUYERS, _OWN.where(_TAKEN.c.taken >= Tender.framework_max_minor), {"number": "number"},
    ),
    Waiting(
        N_("Antwoord op nadere opdracht %(number)s: %(title)s"), "call_offs.order", _BOARD, _WAITS,
        {"number": "number"},
    ),
)  # fmt: skip
"""What frameworks wait for: a warning at 80 percent and when full, an answer to an order."""
