"""Reading orders without competition as a process of its own: agreed at once, then contract and payments.

What a buyer wrote for its supplier alone (description, reason of choice) is not read.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.call_offs import queries as call_offs
from procurement.call_offs.models import CallOff, FrameworkParty
from procurement.call_offs.rules import RULE_TEXTS, State
from procurement.chronicle.queries import over, transactions
from procurement.chronicle.rules import AwardFacts, ContractFacts, LotFacts, Setting, TenderFacts
from procurement.contracts.models import Contract, ContractMember
from procurement.ocds.queries import party
from procurement.ocds.rules import Party
from procurement.tenders.models import Lot

DETAILS = "Nadere opdracht onder een raamovereenkomst, zonder nieuwe mededinging"
ONLY_PARTY = "De raamovereenkomst heeft één leverancier."


def find_order(session: Session, call_off_id: int, setting: Setting, at: datetime) -> TenderFacts | None:
    """An agreed order without competition, as far as it is told at an instant; None for any other."""
    order = session.scalars(
        select(CallOff)
        .where(CallOff.id == call_off_id, CallOff.state == State.ACCEPTED)
        .options(
            joinedload(CallOff.framework).options(
                joinedload(Contract.buyer), joinedload(Contract.supplier), joinedload(Contract.tender),
                selectinload(Contract.members).joinedload(ContractMember.organisation),
            ),
            joinedload(CallOff.party).options(
                joinedload(FrameworkParty.supplier), selectinload(FrameworkParty.members)
            ),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip
    if order is None or order.answered_at is None:
        return None
    framework = order.framework
    cpv = session.get_one(Lot, framework.lot_id).cpv or framework.tender.cpv or ""
    kept = call_offs.find_rule(session, order.tender_id)
    return TenderFacts(
        number=order.number, buyer=party(framework.buyer), title=order.title, description="", requirements="",
        cpv=cpv, cpv_name=setting.cpv_names.get(cpv, ""), place="", value_minor=order.amount_minor,
        starts_on=order.starts_on, ends_on=order.ends_on, method="direct", method_details=DETAILS,
        method_reason=RULE_TEXTS[kept.rule] if kept else ONLY_PARTY, reservation=None, formula="",
        lots=[LotFacts(1, "", "", order.amount_minor, ())], published_at=order.placed_at, questions_until=None,
        closes_at=None, awarded_at=order.answered_at, completed_at=None, cancelled_at=None, cancel_reason="",
        unsuccessful_at=None, unsuccessful_reason="", tenderers=1, amendments=(), notas=(),
        awards=[
            AwardFacts(
                1, [1], _suppliers(order), order.amount_minor, order.answered_at, order.answered_at, None
            )
        ],
        contracts=[_contract(session, order, order.answered_at, at)], need=None, public_from=order.answered_at,
        competitive=False,
    )  # fmt: skip


def _suppliers(order: CallOff) -> list[Party]:
    """Who works: the members of the framework contract, or another party of the framework with its own."""
    framework = order.framework
    if order.party is not None and order.party.supplier_id != framework.supplier_id:
        return [party(each.organisation) for each in order.party.members] or [party(order.party.supplier)]
    return [party(each.organisation) for each in framework.members] or [party(framework.supplier)]


def _contract(session: Session, order: CallOff, agreed_at: datetime, at: datetime) -> ContractFacts:
    ended = over(order.ends_on)
    return ContractFacts(
        number=order.number, award=1, title=order.title, suppliers=_suppliers(order),
        price_minor=order.amount_minor, starts_on=order.starts_on, ends_on=order.ends_on, signed_at=agreed_at,
        transactions=transactions(session, [order.agreement_id or 0]), ended_at=ended if ended <= at else None,
    )  # fmt: skip


def of_agreement(session: Session, agreement_id: int) -> int | None:
    """The order without competition behind an agreement, if there is one."""
    return session.scalar(
        select(CallOff.id).where(CallOff.agreement_id == agreement_id, CallOff.state == State.ACCEPTED)
    )
