"""Reading contracts: each party its own, auditors all."""

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from cwb.identity.models import Organisation
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_, search_key
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, rows
from procurement.awards.models import AwardDecision
from procurement.contracts.errors import ContractNotFound
from procurement.contracts.models import Contract
from procurement.contracts.rules import ContractState
from procurement.tenders.models import Tender

_WHOLE = (
    joinedload(Contract.buyer),
    joinedload(Contract.supplier),
    joinedload(Contract.tender),
    joinedload(Contract.local_option),
    joinedload(Contract.buyer_signed_by),
    joinedload(Contract.supplier_signed_by),
    joinedload(Contract.agreement),
    selectinload(Contract.lines),
)


def contract(session: Session, number: str) -> Contract:
    """A contract with parties, lines, signatures and its local option.

    Raises:
        ContractNotFound: there is none.
    """
    found = session.scalars(
        select(Contract)
        .where(Contract.number == number)
        .options(*_WHOLE)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise ContractNotFound
    return found


def locked_contract(session: Session, contract_id: int) -> Contract:
    """A contract as it is now, held until the transaction ends: whoever comes second waits here.

    Raises:
        ContractNotFound: there is none.
    """
    session.execute(select(Contract.id).where(Contract.id == contract_id).with_for_update())
    found = session.scalars(
        select(Contract)
        .where(Contract.id == contract_id)
        .options(*_WHOLE)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise ContractNotFound
    return found


def find_of_tender(session: Session, tender_id: int) -> Contract | None:
    """The contract of a tender."""
    return session.scalars(select(Contract).where(Contract.tender_id == tender_id)).one_or_none()


def find_award(session: Session, tender_id: int) -> AwardDecision | None:
    """The definitive award of a tender, with the winning bid."""
    return session.scalars(
        select(AwardDecision)
        .where(AwardDecision.tender_id == tender_id, AwardDecision.definitive_at.is_not(None))
        .options(joinedload(AwardDecision.winner))
    ).one_or_none()


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
        statement = statement.where(or_(Contract.buyer_id == own, Contract.supplier_id == own))
    buyer, supplier = Contract.buyer_signed_at.is_not(None), Contract.supplier_signed_at.is_not(None)
    if state is ContractState.DRAFT:
        statement = statement.where(~buyer, ~supplier)
    elif state is ContractState.ONE_SIGNED:
        statement = statement.where(or_(and_(buyer, ~supplier), and_(supplier, ~buyer)))
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
        rows(number=Tender.number, title=Tender.title)
        .where(
            Tender.buyer_id == ORGANISATION, Tender.awarded_at <= AT, Tender.completed_at.is_(None),
            ~exists().where(Contract.tender_id == Tender.id),
        )
        .order_by(Tender.awarded_at),
        {"number": "number"},
    ),
    Waiting(
        _SIGN, "contracts.show", frozenset({Role.PURCHASER}),
        _CONTRACT.where(Contract.buyer_id == ORGANISATION, Contract.buyer_signed_at.is_(None)), {"number": "number"},
    ),
    Waiting(
        _SIGN, "contracts.show", frozenset({Role.BOARD}),
        _CONTRACT.where(Contract.supplier_id == ORGANISATION, Contract.supplier_signed_at.is_(None)),
        {"number": "number"},
    ),
)  # fmt: skip
"""What contracts wait for: make one after an award, sign."""
