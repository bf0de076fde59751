"""Reading which contracts made elsewhere end, and what waits for it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import DateTime, cast, exists, func, literal, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from procurement.endings.models import ExternalEnding
from procurement.externals.models import ExternalContract
from procurement.renewals.models import RenewalSetting
from procurement.renewals.rules import MOST_MONTHS, USUAL_MONTHS, is_ending
from procurement.terms.rules import add_months


def ending(session: Session, today: date) -> Sequence[ExternalContract]:
    """Running contracts made elsewhere that end soon enough to tell, not told yet."""
    found = session.execute(
        select(ExternalContract, func.coalesce(RenewalSetting.months, USUAL_MONTHS))
        .outerjoin(RenewalSetting, RenewalSetting.organisation_id == ExternalContract.buyer_id)
        .where(
            ExternalContract.withdrawn_at.is_(None),
            ExternalContract.ends_on.between(today, add_months(today, MOST_MONTHS + 1)),
            ~exists().where(ExternalEnding.external_id == ExternalContract.id),
        )
        .order_by(ExternalContract.id)
    )  # fmt: skip
    return [contract for contract, months in found if is_ending(contract.ends_on, months, today)]


def find_ending(session: Session, external_id: int) -> ExternalEnding | None:
    """The alert on a contract, with the need that followed."""
    return session.scalars(
        select(ExternalEnding)
        .where(ExternalEnding.external_id == external_id)
        .options(joinedload(ExternalEnding.need))
        .execution_options(populate_existing=True)
    ).one_or_none()


def locked_ending(session: Session, external_id: int) -> ExternalEnding | None:
    """The same, held until the transaction ends."""
    return session.scalars(
        select(ExternalEnding)
        .where(ExternalEnding.external_id == external_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


tasks = Tasks(
    Waiting(
        N_("Contract %(number)s loopt af: zet de behoefte op de kalender. %(title)s"), "endings.plan",
        frozenset({Role.PURCHASER}),
        rows(
            number=ExternalContract.number, title=ExternalContract.title,
            due_at=func.timezone(
                "Europe/Amsterdam", cast(ExternalContract.ends_on + literal(1), DateTime)
            ),
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
