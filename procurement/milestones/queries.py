"""Reading milestones: of one contract, of all contracts of a tender, and what waits."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Select, and_, cast, exists, func, literal, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, Tasks, Waiting, rows
from procurement.contracts import queries as contracts
from procurement.contracts.models import Contract, ContractMember
from procurement.milestones.errors import MilestoneNotFound
from procurement.milestones.models import Milestone, MilestoneReport, MilestoneVerdict
from procurement.pledges.rules import Pledge, promised
from procurement.tenders.models import Criterion

AHEAD = timedelta(days=14)
"""How long before its day a promise stands on the supplier's dashboard."""

_WHOLE = (
    selectinload(Milestone.reports).joinedload(MilestoneReport.reported_by),
    selectinload(Milestone.verdicts).joinedload(MilestoneVerdict.verified_by),
)


def of_contract(session: Session, contract_id: int) -> Sequence[Milestone]:
    """The milestones of a signed contract with reports and findings, in order of their day."""
    return session.scalars(
        select(Milestone)
        .where(Milestone.contract_id == contract_id)
        .options(*_WHOLE)
        .order_by(Milestone.position)
        .execution_options(populate_existing=True)
    ).all()


def of_contracts(session: Session, contract_ids: Sequence[int]) -> Sequence[Milestone]:
    """The milestones of contracts with their findings, for what is told to everyone."""
    return session.scalars(
        select(Milestone)
        .where(Milestone.contract_id.in_(contract_ids))
        .options(selectinload(Milestone.verdicts), selectinload(Milestone.reports))
        .order_by(Milestone.contract_id, Milestone.position)
        .execution_options(populate_existing=True)
    ).all()


def milestone(session: Session, contract_id: int, position: int) -> Milestone:
    """One milestone of a contract.

    Raises:
        MilestoneNotFound: there is none.
    """
    found = next((each for each in of_contract(session, contract_id) if each.position == position), None)
    if found is None:
        raise MilestoneNotFound
    return found


def locked(session: Session, milestone_id: int) -> None:
    """Hold a milestone until the transaction ends: whoever comes second waits here."""
    session.execute(select(Milestone.id).where(Milestone.id == milestone_id).with_for_update())


def report(session: Session, contract_id: int, public_id: UUID) -> MilestoneReport:
    """A report of a contract with its file.

    Raises:
        MilestoneNotFound: there is none.
    """
    found = session.scalars(
        select(MilestoneReport)
        .join(MilestoneReport.milestone)
        .where(MilestoneReport.public_id == public_id, Milestone.contract_id == contract_id)
        .options(undefer(MilestoneReport.file))
    ).one_or_none()
    if found is None:
        raise MilestoneNotFound
    return found


def promises(session: Session, contract: Contract) -> list[tuple[str, Pledge]]:
    """What the winning bid of a contract promised: name of the criterion and promise, in order of their day."""
    award = contracts.find_award(session, contract.lot_id)
    found = promised(award.winner.content if award is not None and award.winner is not None else None)
    criteria = session.execute(
        select(Criterion.code, Criterion.name).where(Criterion.lot_id == contract.lot_id)
    )
    names = {code: name for code, name in criteria}  # noqa: C416 (dict() loses the types)
    return [(names.get(code, code), each) for code, each in found]


def public_rows(tender_id: int) -> Select[Milestone]:
    """The milestones of the signed contracts of a tender, as everyone may read them."""
    return (
        select(Milestone)
        .join(Milestone.contract)
        .where(Contract.tender_id == tender_id)
        .options(
            joinedload(Milestone.contract).options(
                joinedload(Contract.supplier),
                selectinload(Contract.members).joinedload(ContractMember.organisation),
            ),
            selectinload(Milestone.reports),
            selectinload(Milestone.verdicts),
        )
        .order_by(Contract.id, Milestone.position)
    )


_JUDGED = exists().where(MilestoneVerdict.milestone_id == Milestone.id)
_WAITS = exists().where(
    and_(
        MilestoneReport.milestone_id == Milestone.id,
        ~exists().where(MilestoneVerdict.report_id == MilestoneReport.id),
    )
)
_DUE_AT = func.timezone("Europe/Amsterdam", cast(Milestone.due_on + literal(1), DateTime))
_ADDRESS = {"number": "number", "position": "num"}


def _rows(side: Any) -> Select[Any]:
    return (
        rows(number=Contract.number, title=Milestone.what, num=Milestone.position, due_at=_DUE_AT)
        .select_from(Milestone)
        .join(Contract, Contract.id == Milestone.contract_id)
        .where(side == ORGANISATION)
        .order_by(Milestone.due_on, Milestone.id)
    )


tasks = Tasks(
    Waiting(
        N_("Meld wat u deed: %(title)s (%(number)s)"), "milestones.report", frozenset({Role.BOARD, Role.MEMBER}),
        _rows(Contract.supplier_id).where(
            ~_JUDGED, ~_WAITS, Milestone.due_on <= TODAY + AHEAD
        ),
        _ADDRESS,
    ),
    Waiting(
        N_("Controleer de belofte: %(title)s (%(number)s)"), "milestones.verify", frozenset({Role.PURCHASER}),
        _rows(Contract.buyer_id).where(_WAITS), _ADDRESS,
    ),
    Waiting(
        N_("Te laat en niets gemeld: %(title)s (%(number)s)"), "milestones.verify", frozenset({Role.PURCHASER}),
        _rows(Contract.buyer_id).where(~_JUDGED, ~_WAITS, Milestone.due_on < TODAY), _ADDRESS,
    ),
)  # fmt: skip
"""What milestones wait for: a report by the supplier, a check by the buyer; what is late stands with both."""
