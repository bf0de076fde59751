"""Reading hours: lists, what waits for whom, and the signed hours behind an invoice."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, USER, Tasks, Waiting, rows
from ledger.agreements.models import AgreedLine, Agreement, AgreementSupplier
from ledger.agreements.rules import AgreementState
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import credited_quantities
from ledger.timesheets import rules
from ledger.timesheets.errors import HoursNotFound
from ledger.timesheets.models import WorkedHours
from ledger.timesheets.rules import Evidence, HoursState

_UNBILLED = and_(WorkedHours.state == HoursState.SIGNED, WorkedHours.invoice_id.is_(None))


def lines_per_hour(session: Session, seller_id: int) -> Sequence[AgreedLine]:
    """The lines on which people of a supplier can write hours, the newest agreement first."""
    return session.scalars(
        select(AgreedLine)
        .join(Agreement, Agreement.id == AgreedLine.agreement_id)
        .join(AgreementSupplier, AgreementSupplier.agreement_id == Agreement.id)
        .where(
            AgreementSupplier.party_id == seller_id,
            AgreedLine.unit == rules.PER_HOUR,
            or_(AgreedLine.party_id.is_(None), AgreedLine.party_id == seller_id),
            Agreement.state == AgreementState.ACTIVE,
            Agreement.on_order.is_(False),
        )
        .options(joinedload(AgreedLine.agreement).joinedload(Agreement.buyer))
        .order_by(Agreement.id.desc(), AgreedLine.position)
    ).all()


def latest_of(session: Session, user_id: int, seller_id: int) -> WorkedHours | None:
    """What a person wrote last for a supplier: most days are like the one before."""
    return session.scalar(
        select(WorkedHours)
        .where(WorkedHours.user_id == user_id, WorkedHours.seller_id == seller_id)
        .order_by(WorkedHours.id.desc())
        .limit(1)
    )


def hours(session: Session, public_id: UUID) -> WorkedHours:
    """Some hours, with their line and agreement.

    Raises:
        HoursNotFound: there are none.
    """
    found = session.scalar(
        select(WorkedHours)
        .where(WorkedHours.public_id == public_id)
        .options(joinedload(WorkedHours.line), joinedload(WorkedHours.agreement))
    )
    if found is None:
        raise HoursNotFound
    return found


def locked(session: Session, hours_id: int) -> WorkedHours:
    """Some hours as they are now, and nobody else's until the end of the transaction.

    Raises:
        HoursNotFound: they were withdrawn.
    """
    statement = select(WorkedHours).where(WorkedHours.id == hours_id).with_for_update()
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise HoursNotFound
    return found


def on_day(session: Session, user_id: int, on: date, besides: int | None) -> Sequence[WorkedHours]:
    """All that a person wrote on a day, leaving out one row."""
    statement = select(WorkedHours).where(WorkedHours.user_id == user_id, WorkedHours.worked_on == on)
    return session.scalars(
        statement.where(WorkedHours.id.is_distinct_from(besides)).order_by(WorkedHours.id)
    ).all()


def elsewhere(session: Session, hours: WorkedHours) -> bool:
    """Whether the same person wrote hours on the same day under another agreement."""
    there = on_day(session, hours.user_id, hours.worked_on, hours.id)
    return any(each.agreement_id != hours.agreement_id for each in there)


def last_signed(session: Session, agreement_id: int) -> dict[int, date]:
    """The last day of which the customer signed hours, by supplier."""
    found = session.execute(
        select(WorkedHours.seller_id, func.max(WorkedHours.worked_on))
        .where(WorkedHours.agreement_id == agreement_id, WorkedHours.state == HoursState.SIGNED)
        .group_by(WorkedHours.seller_id)
    )
    return dict(found.all())


def listing(party_id: int) -> Select[WorkedHours]:
    """The hours that a party's people worked, or that were worked for it; the newest day first."""
    return (
        select(WorkedHours)
        .join(Agreement, Agreement.id == WorkedHours.agreement_id)
        .where(or_(WorkedHours.seller_id == party_id, Agreement.buyer_id == party_id))
        .options(
            joinedload(WorkedHours.agreement), joinedload(WorkedHours.line), joinedload(WorkedHours.user),
            joinedload(WorkedHours.seller), joinedload(WorkedHours.invoice),
        )
        .order_by(WorkedHours.worked_on.desc(), WorkedHours.id.desc())
    )  # fmt: skip


class AgreementHours(NamedTuple):
    """The hours under one agreement by where they stand, in quarters; `buys` for the party that is the customer."""

    public_id: UUID
    title: str
    buys: bool
    waiting: int
    sent_back: int
    unbilled: int


def per_agreement(session: Session, party_id: int) -> list[AgreementHours]:
    """Agreements of a party under which hours wait for somebody."""
    waits = (
        WorkedHours.state == HoursState.ENTERED, WorkedHours.state == HoursState.SENT_BACK, _UNBILLED
    )  # fmt: skip
    found = session.execute(
        select(
            Agreement.public_id, Agreement.title, Agreement.buyer_id == party_id,
            *(func.coalesce(func.sum(WorkedHours.quarters).filter(each), 0) for each in waits),
        )
        .join(WorkedHours, WorkedHours.agreement_id == Agreement.id)
        .where(or_(WorkedHours.seller_id == party_id, Agreement.buyer_id == party_id), or_(*waits))
        .group_by(Agreement.id)
        .order_by(Agreement.id.desc())
    )  # fmt: skip
    return [AgreementHours._make(row) for row in found]


def of_agreement(agreement_id: int, seller_id: int | None = None) -> Select[WorkedHours]:
    """The hours under an agreement (of one supplier, or all), the newest day first."""
    statement = (
        select(WorkedHours)
        .where(WorkedHours.agreement_id == agreement_id)
        .options(
            joinedload(WorkedHours.line), joinedload(WorkedHours.user), joinedload(WorkedHours.invoice),
            joinedload(WorkedHours.answered_by),
        )
        .order_by(WorkedHours.worked_on.desc(), WorkedHours.id.desc())
    )  # fmt: skip
    return statement if seller_id is None else statement.where(WorkedHours.seller_id == seller_id)


def waiting(session: Session, agreement_id: int) -> Sequence[WorkedHours]:
    """The hours that wait for the customer, the oldest first."""
    statement = of_agreement(agreement_id).where(WorkedHours.state == HoursState.ENTERED)
    return session.scalars(statement.order_by(None).order_by(WorkedHours.worked_on, WorkedHours.id)).all()


def held_waiting(session: Session, agreement_id: int, ids: Sequence[int]) -> Sequence[WorkedHours]:
    """Of these hours of an agreement those that still wait, held until the end of the transaction."""
    return session.scalars(
        select(WorkedHours)
        .where(
            WorkedHours.agreement_id == agreement_id,
            WorkedHours.id.in_(ids),
            WorkedHours.state == HoursState.ENTERED,
        )
        .options(joinedload(WorkedHours.user))
        .order_by(WorkedHours.id)
        .with_for_update(of=WorkedHours)
        .execution_options(populate_existing=True)
    ).all()


def held_unbilled(session: Session, agreement_id: int, seller_id: int) -> Sequence[WorkedHours]:
    """A supplier's signed hours without an invoice, held until the end of the transaction."""
    return session.scalars(
        select(WorkedHours)
        .where(WorkedHours.agreement_id == agreement_id, WorkedHours.seller_id == seller_id, _UNBILLED)
        .order_by(WorkedHours.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def unbilled(session: Session, agreement_id: int, seller_id: int) -> int:
    """How many quarters a supplier can put on an invoice now."""
    found = session.scalar(
        select(func.sum(WorkedHours.quarters)).where(
            WorkedHours.agreement_id == agreement_id, WorkedHours.seller_id == seller_id, _UNBILLED
        )
    )
    return found or 0


def persons(session: Session, agreement_id: int) -> dict[int, int]:
    """A number for each person under an agreement, which stays the same: the customer tells people apart by it."""
    first = func.min(WorkedHours.id)
    statement = select(WorkedHours.user_id).where(WorkedHours.agreement_id == agreement_id)
    return rules.persons(session.scalars(statement.group_by(WorkedHours.user_id).order_by(first)))


def behind(session: Session, invoice_id: int) -> Sequence[WorkedHours]:
    """The signed hours on an invoice, day by day, with who signed."""
    return session.scalars(
        select(WorkedHours)
        .where(WorkedHours.invoice_id == invoice_id)
        .options(joinedload(WorkedHours.line), joinedload(WorkedHours.answered_by))
        .order_by(WorkedHours.worked_on, WorkedHours.id)
    ).all()


def evidence(session: Session, invoice: Invoice, signed: Sequence[WorkedHours]) -> list[Evidence]:
    """Per line of an invoice that is priced per hour: what was signed beside what is charged, less what was credited.

    Empty without hours.
    """
    if not signed:
        return []
    gone = credited_quantities(session, invoice.id) if invoice.credited_amount else {}
    return [
        Evidence(
            line.description,
            rules.hours_of(sum(e.quarters for e in signed if e.agreement_line_id == line.agreement_line_id)),
            line.quantity - gone.get(line.id, Decimal(0)),
        )
        for line in invoice.lines
        if line.unit == rules.PER_HOUR
    ]


def charges_more(session: Session, invoice: Invoice) -> bool:
    """Whether an invoice with signed hours charges more of them than were signed."""
    return any(each.charged > each.signed for each in evidence(session, invoice, behind(session, invoice.id)))


_BUYING, _SELLING = frozenset({Role.PURCHASER, Role.BOARD}), frozenset({Role.MEMBER, Role.BOARD})
_COUNT = rows(num=func.count()).select_from(WorkedHours).having(func.count() > 0)

tasks = Tasks(
    Waiting(
        N_("Uren die wachten op uw handtekening: %(num)s"), "hours.index", _BUYING,
        _COUNT.join(Agreement, Agreement.id == WorkedHours.agreement_id).where(
            Agreement.buyer_id == ORGANISATION, WorkedHours.state == HoursState.ENTERED
        ),
    ),
    Waiting(
        N_("Uren die de klant terugstuurde: %(num)s"), "hours.index", _SELLING,
        _COUNT.where(
            WorkedHours.seller_id == ORGANISATION, WorkedHours.user_id == USER,
            WorkedHours.state == HoursState.SENT_BACK,
        ),
    ),
    Waiting(
        N_("Getekende uren zonder factuur: %(num)s"), "hours.index", _SELLING,
        _COUNT.where(WorkedHours.seller_id == ORGANISATION, _UNBILLED),
    ),
)  # fmt: skip
"""What waits for this person."""
