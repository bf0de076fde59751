"""Reading which contracts end, and what waits for it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import DateTime, cast, exists, func, literal, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from procurement.changes.queries import present_end
from procurement.contracts.models import Contract
from procurement.renewals.models import Renewal, RenewalSetting
from procurement.renewals.rules import MOST_MONTHS, USUAL_MONTHS, is_ending
from procurement.terms.rules import add_months


def months_of(session: Session, organisation_id: int) -> int:
    """How many months before the end an organisation is told."""
    found = session.get(RenewalSetting, organisation_id)
    return USUAL_MONTHS if found is None else found.months


def ending(session: Session, today: date) -> Sequence[tuple[Contract, date]]:
    """Running contracts that end soon enough to tell, not told yet, with their last day."""
    last = present_end()
    found = session.execute(
        select(Contract, last, func.coalesce(RenewalSetting.months, USUAL_MONTHS))
        .outerjoin(RenewalSetting, RenewalSetting.organisation_id == Contract.buyer_id)
        .where(
            Contract.agreement_id.is_not(None), last >= today, last <= add_months(today, MOST_MONTHS + 1),
            ~exists().where(Renewal.contract_id == Contract.id),
        )
        .options(joinedload(Contract.buyer))
        .order_by(Contract.id)
    )  # fmt: skip
    return [(contract, ends_on) for contract, ends_on, months in found if is_ending(ends_on, months, today)]


def find_renewal(session: Session, contract_id: int) -> Renewal | None:
    """The alert on a contract, held until the transaction ends, with the need that followed."""
    return session.scalars(
        select(Renewal)
        .where(Renewal.contract_id == contract_id)
        .options(joinedload(Renewal.need))
        .with_for_update(of=Renewal)
        .execution_options(populate_existing=True)
    ).one_or_none()


tasks = Tasks(
    Waiting(
        N_("Contract %(number)s loopt af: zet de behoefte op de kalender. %(title)s"), "renewals.plan",
        frozenset({Role.PURCHASER}),
        rows(
            number=Contract.number, title=Contract.title,
            due_at=func.timezone("Europe/Amsterdam", cast(present_end() + literal(1), DateTime)),
        )
        .select_from(Renewal)
        .join(Contract, Contract.id == Renewal.contract_id)
        .where(Contract.buyer_id == ORGANISATION, Renewal.posted_at.is_(None))
        .order_by(Contract.ends_on),
        {"number": "number"},
    ),
)  # fmt: skip
"""What an ending contract waits for: the need that follows it."""
