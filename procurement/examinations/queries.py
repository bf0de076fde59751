"""Reading the register from where the answers were given."""

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Actor, Role
from procurement.call_offs.models import CallOff
from procurement.contracts.models import Contract, LocalOption
from procurement.contracts.rules import LocalOutcome
from procurement.examinations.rules import Examined, Kind
from procurement.externals.models import ExternalContract


def register(session: Session, actor: Actor, period: Period | None = None) -> list[Examined]:
    """Every new contract with its answer, the latest first: a buyer's own; all for the programme and auditors.

    An order won in a competition counts once: as its contract, which says it anew when the winner is known.
    What counts for a period is the day of the answer, or of entering where there is none yet.
    """
    arms = union_all(
        select(
            literal(Kind.CONTRACT.value), Contract.number, Contract.title, Organisation.name, Contract.price_minor,
            LocalOption.outcome, func.coalesce(LocalOption.reason, ""),
            func.coalesce(LocalOption.examined_at, Contract.created_at).label("at"),
            Contract.buyer_id.label("buyer_id"),
        )
        .outerjoin(LocalOption, LocalOption.contract_id == Contract.id)
        .join(Organisation, Organisation.id == Contract.buyer_id),
        select(
            literal(Kind.CALL_OFF.value), CallOff.number, CallOff.title, Organisation.name, CallOff.amount_minor,
            CallOff.local_outcome, CallOff.local_reason, CallOff.placed_at, Contract.buyer_id,
        )
        .join(Contract, Contract.id == CallOff.framework_id)
        .join(Organisation, Organisation.id == Contract.buyer_id)
        .where(CallOff.state == "accepted"),
        select(
            literal(Kind.EXTERNAL.value), ExternalContract.number, ExternalContract.title, Organisation.name,
            ExternalContract.value_minor, ExternalContract.local_outcome, ExternalContract.local_reason,
            func.coalesce(ExternalContract.examined_at, ExternalContract.entered_at), ExternalContract.buyer_id,
        )
        .join(Organisation, Organisation.id == ExternalContract.buyer_id)
        .where(ExternalContract.withdrawn_at.is_(None)),
    ).subquery()  # fmt: skip
    conditions: list[ColumnElement[bool]] = []
    if not actor.has(Role.PROGRAMME, Role.AUDITOR):
        conditions.append(arms.c.buyer_id == actor.organisation_id)
    if period is not None:
        day = func.date(func.timezone("Europe/Amsterdam", arms.c.at))
        conditions += [day >= period.start, day < period.end]
    rows = session.execute(select(arms).where(*conditions).order_by(arms.c.at.desc(), arms.c.number)).all()
    return [
        Examined(
            Kind(kind), number, title, buyer, Money(int(value)),
            None if outcome is None else LocalOutcome(outcome), reason, at,
        )
        for kind, number, title, buyer, value, outcome, reason, at, _buyer_id in rows
    ]  # fmt: skip
