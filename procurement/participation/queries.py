"""Reading who takes part in a framework: one party, who bid, and who was asked and did not answer yet."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from procurement.call_offs.errors import CallOffNotFound
from procurement.call_offs.models import FrameworkMember, FrameworkParty
from procurement.call_offs.queries import along, parties_where
from procurement.changes.queries import present_end
from procurement.contracts.models import Contract
from procurement.opening.models import OpenedBid

_IS_AWAITED = func.num_nonnulls(FrameworkParty.joined_at, FrameworkParty.declined_at) == 0


def party(session: Session, public_id: UUID) -> FrameworkParty:
    """One supplier of a framework.

    Raises:
        CallOffNotFound: none.
    """
    whole = joinedload(FrameworkParty.contract).options(
        joinedload(Contract.buyer), joinedload(Contract.tender)
    )
    found = parties_where(session, FrameworkParty.public_id == public_id, whole)
    if not found:
        raise CallOffNotFound
    return found[0]


def bidders(session: Session, contract: Contract, labels: Sequence[str]) -> dict[str, OpenedBid]:
    """The opened bids of a framework's lot by label, with their organisations."""
    found = session.scalars(
        select(OpenedBid)
        .where(OpenedBid.tender_id == contract.tender_id, OpenedBid.label.in_(labels))
        .options(joinedload(OpenedBid.organisation))
    ).all()
    return {each.label: each for each in found}


def silent(session: Session, before: datetime, today: date) -> Sequence[FrameworkParty]:
    """Who was asked to take part before an instant and did not answer, where the framework still runs; by id."""
    return session.scalars(
        select(FrameworkParty)
        .join(FrameworkParty.contract)
        .where(_IS_AWAITED, FrameworkParty.invited_at <= before, present_end() >= today)
        .options(
            joinedload(FrameworkParty.contract), joinedload(FrameworkParty.members),
            joinedload(FrameworkParty.supplier),
        )
        .order_by(FrameworkParty.id)
    ).unique().all()  # fmt: skip


tasks = Tasks(
    Waiting(
        N_("Doe mee aan raamovereenkomst %(number)s: %(title)s"), "call_offs.show", frozenset({Role.BOARD}),
        rows(number=Contract.number, title=Contract.title)
        .join(FrameworkParty, FrameworkParty.contract_id == Contract.id)
        .where(
            _IS_AWAITED,
            or_(
                and_(
                    FrameworkParty.supplier_id == ORGANISATION,
                    ~exists().where(FrameworkMember.party_id == FrameworkParty.id),
                ),
                along(ORGANISATION, FrameworkMember.signed_at.is_(None)),
            ),
        )
        .order_by(Contract.id),
        {"number": "number"},
    ),
)  # fmt: skip
"""What taking part waits for: an invited supplier to sign or to say no."""
