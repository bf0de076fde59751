"""Reading contracts: each party its own, auditors all."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.prepared import Prepared
from cwb.kernel.text import N_, search_key
from cwb.kernel.waiting import AT, ORGANISATION, TODAY, Tasks, Waiting, rows
from procurement.awards.models import AwardDecision, LotAward
from procurement.awards.queries import STANDS
from procurement.contracts.errors import ContractNotFound
from procurement.contracts.models import Contract, ContractMember
from procurement.contracts.rules import ContractState
from procurement.exclusions.models import Exclusion
from procurement.lifecycle import rules as lifecycle
from procurement.lots.queries import STOPPED
from procurement.lowbids.models import LowBidQuestion
from procurement.lowbids.rules import OUT
from procurement.opening.models import OpenedBid
from procurement.tenders.models import Lot, Tender
from procurement.tenders.queries import WHOLE_TITLE, visible_to

_WHOLE = (
    joinedload(Contract.buyer),
    joinedload(Contract.supplier),
    joinedload(Contract.tender),
    joinedload(Contract.local_option),
    joinedload(Contract.buyer_signed_by),
    joinedload(Contract.supplier_signed_by),
    joinedload(Contract.agreement),
    joinedload(Contract.members),
    selectinload(Contract.lines),
)


def contract(session: Session, number: str) -> Contract:
    """A contract with parties, lines, signatures and its local option.

    Raises:
        ContractNotFound: there is none.
    """
    return _whole(session, Contract.number == number)


def locked_contract(session: Session, contract_id: int) -> Contract:
    """A contract as it is now, held until the transaction ends: whoever comes second waits here.

    Raises:
        ContractNotFound: there is none.
    """
    session.execute(select(Contract.id).where(Contract.id == contract_id).with_for_update())
    return _whole(session, Contract.id == contract_id)


def _whole(session: Session, which: ColumnElement[bool]) -> Contract:
    found = (
        session.scalars(
            select(Contract).where(which).options(*_WHOLE).execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise ContractNotFound
    return found


def of_tender(session: Session, tender_id: int) -> Mapping[int, Contract]:
    """The contracts of a tender by lot."""
    found = session.scalars(select(Contract).where(Contract.tender_id == tender_id)).all()
    return {each.lot_id: each for each in found}


def find_of_lot(session: Session, lot_id: int) -> Contract | None:
    """The contract of a lot."""
    return session.scalars(select(Contract).where(Contract.lot_id == lot_id)).one_or_none()


def find_award(session: Session, lot_id: int) -> LotAward | None:
    """The definitive award of a lot to somebody, with the winning bid."""
    return session.scalars(
        select(LotAward)
        .join(LotAward.decision)
        .where(
            LotAward.lot_id == lot_id, LotAward.winner_bid_id.is_not(None), LotAward.definitive_at.is_not(None),
            LotAward.lot_id.not_in(STOPPED),
        )
        .options(joinedload(LotAward.winner).joinedload(OpenedBid.organisation))
    ).one_or_none()  # fmt: skip


def awarded_lots(session: Session, tender_id: int) -> Sequence[int]:
    """Lots of an awarded tender that ends with a contract for each: those not stopped and not left without winner.

    A lot that still waits for its own standstill, a judge or a new decision counts: the tender ends after it.
    """
    left = (
        select(LotAward.lot_id)
        .join(LotAward.decision)
        .where(STANDS, AwardDecision.definitive_at.is_not(None), LotAward.winner_bid_id.is_(None))
    )
    return session.scalars(
        select(Lot.id)
        .join(Tender, Tender.id == Lot.tender_id)
        .where(
            Tender.id == tender_id,
            Tender.awarded_at.is_not(None),
            Lot.id.not_in(STOPPED),
            Lot.id.not_in(left),
        )
    ).all()


class Promised(NamedTuple):
    """What a winning bid promised beside its price: costs over the life per year in euro cents, and how it is so low.

    `explanation` is the bidder's answer about a very low price, once the buyer accepted it; for the parties alone.
    """

    costs: Sequence[tuple[lifecycle.Cost, int]]
    explanation: str


def promised(session: Session, contract: Contract) -> Promised:
    """What belongs to the price of a contract by its bid; the tender is loaded."""
    found = session.execute(
        select(
            OpenedBid.content["costs"],
            LowBidQuestion.answer,
            LowBidQuestion.verdict,
            LowBidQuestion.confirmed_at,
        )
        .select_from(LotAward)
        .join(OpenedBid, OpenedBid.id == LotAward.winner_bid_id)
        .outerjoin(LowBidQuestion, LowBidQuestion.opened_bid_id == OpenedBid.id)
        .where(LotAward.decision_id == contract.decision_id, LotAward.lot_id == contract.lot_id)
    ).one_or_none()
    if found is None:
        return Promised((), "")
    costs, answer, verdict, confirmed_at = found
    is_accepted = confirmed_at is not None and verdict not in OUT
    life = lifecycle.life_cycle_of(contract.tender.life_cycle)
    return Promised(lifecycle.promised(life, costs or {}), (answer or "") if is_accepted else "")


def organisation_ids(session: Session, public_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """Organisations by their public ids."""
    found = session.execute(
        select(Organisation.public_id, Organisation.id).where(Organisation.public_id.in_(public_ids))
    )
    return {row.public_id: row.id for row in found}


def contracts(actor: Actor, *, text: str = "", state: ContractState | None = None) -> Select[Contract]:
    """Contracts this actor may see, newest first, with parties."""
    statement = (
        select(Contract)
        .join(Organisation, Organisation.id == Contract.supplier_id)
        .options(contains_eager(Contract.supplier), joinedload(Contract.buyer))
        .order_by(Contract.id.desc())
    )
    if not actor.has(Role.AUDITOR):
        own = actor.organisation_id
        statement = statement.where(
            or_(Contract.buyer_id == own, Contract.supplier_id == own, is_member(own))
        )
    buyer, supplier = Contract.buyer_signed_at.is_not(None), Contract.supplier_signed_at.is_not(None)
    begun = exists().where(ContractMember.contract_id == Contract.id, ContractMember.signed_at.is_not(None))
    if state is ContractState.DRAFT:
        statement = statement.where(~buyer, ~supplier, ~begun)
    elif state is ContractState.ONE_SIGNED:
        statement = statement.where(or_(buyer, supplier, begun), ~and_(buyer, supplier))
    elif state is ContractState.ACTIVE:
        statement = statement.where(buyer, supplier)
    if text.strip():
        key = search_key(text)
        statement = statement.where(
            or_(
                Contract.title.ilike(f"%{_escaped(text)}%", escape="\\"),
                Contract.number == text.strip().upper(),
                Organisation.search_name.contains(key, autoescape=True),
            )
        )
    return statement


def is_member(organisation_id: Any, *, unsigned: bool = False) -> ColumnElement[bool]:
    """Whether an organisation is a member of a contract; `unsigned`: one that has not signed."""
    mine = (ContractMember.contract_id == Contract.id, ContractMember.organisation_id == organisation_id)
    return exists().where(*mine, *((ContractMember.signed_at.is_(None),) if unsigned else ()))


def _escaped(text: str) -> str:
    clean = text.strip()
    for sign in ("\\", "%", "_"):
        clean = clean.replace(sign, "\\" + sign)
    return clean


_CONTRACT = rows(number=Contract.number, title=Contract.title).order_by(Contract.id)
_SIGN = N_("Teken contract %(number)s: %(title)s")

tasks = Tasks(
    Waiting(
        N_("Maak het contract voor %(number)s: %(title)s"), "contracts.make", frozenset({Role.PURCHASER}),
        rows(number=Tender.number, title=WHOLE_TITLE, num=Lot.number)
        .join(AwardDecision, AwardDecision.tender_id == Tender.id)
        .join(LotAward, LotAward.decision_id == AwardDecision.id)
        .join(Lot, Lot.id == LotAward.lot_id)
        .where(
            Tender.buyer_id == ORGANISATION, Tender.awarded_at <= AT, Tender.completed_at.is_(None),
            LotAward.definitive_at.is_not(None), LotAward.winner_bid_id.is_not(None), Lot.id.not_in(STOPPED),
            ~exists().where(Contract.lot_id == LotAward.lot_id),
        )
        .order_by(Tender.awarded_at, Lot.number),
        {"number": "number", "lot": "num"},
    ),
    Waiting(
        _SIGN, "contracts.show", frozenset({Role.PURCHASER}),
        _CONTRACT.where(Contract.buyer_id == ORGANISATION, Contract.buyer_signed_at.is_(None)), {"number": "number"},
    ),
    Waiting(
        _SIGN, "contracts.show", frozenset({Role.BOARD}),
        _CONTRACT.where(
            Contract.supplier_signed_at.is_(None),
            or_(
                is_member(ORGANISATION, unsigned=True),
                and_(
                    Contract.supplier_id == ORGANISATION,
                    ~exists().where(ContractMember.contract_id == Contract.id),
                ),
            ),
        ),
        {"number": "number"},
    ),
)  # fmt: skip
"""What contracts wait for: make one after an award, sign."""


def excluded(session: Session, contract: Contract, on: date) -> Sequence[str]:
    """Names of those who supply it whom its buyer excludes on a day, though the award went to them before."""
    return session.scalars(
        select(Organisation.name)
        .join(Exclusion, Exclusion.organisation_id == Organisation.id)
        .where(
            Organisation.id.in_([one for one, _share in contract.suppliers]),
            Exclusion.buyer_id == contract.buyer_id,
            Exclusion.starts_on <= on,
            Exclusion.ends_on > on,
        )
        .order_by(Organisation.name)
        .distinct()
    ).all()


class Placed(NamedTuple):
    """Work of a wijk under a signed contract that runs: how many there are, what they are worth, and one of them.

    `worth` is as signed, for the whole term; a framework has no value of its own and counts for nothing.
    """

    total: int
    worth: int
    title: str
    number: str
    supplier: str
    ends_on: date


_SIGNED_HERE = Prepared(
    Placed,
    select(
        func.count().over(),
        func.coalesce(func.sum(case((Tender.framework.is_(None), Contract.price_minor))).over(), 0),
        WHOLE_TITLE,
        Tender.number,
        Organisation.name,
        Contract.ends_on,
    )
    .select_from(Contract)
    .join(Tender, Tender.id == Contract.tender_id)
    .join(Lot, Lot.id == Contract.lot_id)
    .join(Organisation, Organisation.id == Contract.supplier_id)
    .where(
        func.coalesce(Lot.place_code, Tender.place_code) == bindparam("place", type_=Text),
        Contract.agreement_id.is_not(None),
        Contract.ends_on >= TODAY,
        visible_to(None),
    )
    .order_by(Contract.ends_on, Contract.id)
    .limit(8),
)


def signed_in(session: Session, place: str, at: datetime) -> dict[str, object] | None:
    """Work of a wijk under contract, for its page; None when there is none."""
    found = _SIGNED_HERE.all(session, place=place, today=local_date(at))
    return {"work": found, "worth": Money(int(found[0].worth))} if found else None
