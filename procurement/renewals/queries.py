"""Reading which contracts end, and what waits for it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import DateTime, cast, exists, func, literal, select
from sqlalchemy.orm import Session, joinedload

from coops.needs.models import Need
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from procurement.changes.queries import present_end
from procurement.contracts.models import Contract
from procurement.externals.models import ExternalContract
from procurement.renewals.models import ExternalEnding, Following, Renewal, RenewalSetting
from procurement.renewals.rules import MOST_MONTHS, USUAL_MONTHS, is_ending
from procurement.terms.rules import add_months

_MONTHS = func.coalesce(RenewalSetting.months, USUAL_MONTHS)


def months_of(session: Session, organisation_id: int) -> int:
    """How many months before the end an organisation is told."""
    found = session.get(RenewalSetting, organisation_id)
    return USUAL_MONTHS if found is None else found.months


def ending(session: Session, today: date) -> Sequence[tuple[Contract | ExternalContract, date]]:
    """Running contracts that end soon enough to tell, not told yet, with their last day; those made elsewhere last."""
    last = present_end()
    here = (
        select(Contract, last, _MONTHS)
        .outerjoin(RenewalSetting, RenewalSetting.organisation_id == Contract.buyer_id)
        .where(Contract.agreement_id.is_not(None), last.between(today, add_months(today, MOST_MONTHS + 1)))
        .where(~exists().where(Renewal.contract_id == Contract.id))
        .options(joinedload(Contract.tender))
        .order_by(Contract.id)
    )
    until = ExternalContract.ends_on
    elsewhere = (
        select(ExternalContract, until, _MONTHS)
        .outerjoin(RenewalSetting, RenewalSetting.organisation_id == ExternalContract.buyer_id)
        .where(ExternalContract.withdrawn_at.is_(None))
        .where(until.between(today, add_months(today, MOST_MONTHS + 1)))
        .where(~exists().where(ExternalEnding.external_id == ExternalContract.id))
        .order_by(ExternalContract.id)
    )
    found: list[tuple[Contract | ExternalContract, date]] = []
    found += [(each, on) for each, on, months in session.execute(here) if is_ending(on, months, today)]
    found += [(each, on) for each, on, months in session.execute(elsewhere) if is_ending(on, months, today)]
    return found


def find_alert(session: Session, contract: Contract | ExternalContract) -> Following | None:
    """The alert on a contract that waits for an answer, held until the transaction ends."""
    found: Following | None
    if isinstance(contract, Contract):
        found = session.get(Renewal, contract.id, with_for_update=True, populate_existing=True)
    elif contract.withdrawn_at is not None:
        return None
    else:
        found = session.get(ExternalEnding, contract.id, with_for_update=True, populate_existing=True)
    return None if found is None or found.posted_at is not None else found


def find_following(session: Session, contract_id: int) -> tuple[Renewal, Need | None] | None:
    """What follows a contract whose end was told: the alert, and the need if it stands on the calendar."""
    found = session.execute(
        select(Renewal, Need)
        .outerjoin(Need, Need.id == Renewal.need_id)
        .where(Renewal.contract_id == contract_id)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


_TEXT = N_("Contract %(number)s loopt af: zet de behoefte op de kalender. %(title)s")


def _after(day: Any) -> Any:
    return func.timezone("Europe/Amsterdam", cast(day + literal(1), DateTime))


tasks = Tasks(
    Waiting(
        _TEXT, "renewals.plan", frozenset({Role.PURCHASER}),
        rows(number=Contract.number, title=Contract.title, due_at=_after(present_end()))
        .select_from(Renewal)
        .join(Contract, Contract.id == Renewal.contract_id)
        .where(Contract.buyer_id == ORGANISATION, Renewal.posted_at.is_(None))
        .order_by(Contract.ends_on),
        {"number": "number"},
    ),
    Waiting(
        _TEXT, "renewals.plan_elsewhere", frozenset({Role.PURCHASER}),
        rows(
            number=ExternalContract.number, title=ExternalContract.title, due_at=_after(ExternalContract.ends_on)
        )
        .select_from(ExternalEnding)
        .join(ExternalContract, ExternalContract.id == ExternalEnding.external_id)
        .where(
            ExternalContract.buyer_id == ORGANISATION, ExternalEnding.posted_at.is_(None),
            ExternalContract.withdrawn_at.is_(None),
        )
        .order_by(ExternalContract.ends_on),
        {"number": "number"},
    ),
)  # fmt: skip
"""What an ending contract waits for: the need that follows it."""
