"""Reading plans, what is still to come of them, and what waits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from cwb.identity.models import Party
from cwb.kernel.clock import LOCAL
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.agreements import rules as agreed
from ledger.agreements.models import Agreement
from ledger.agreements.queries import whole as whole_agreement
from ledger.customers.queries import BUYERS
from ledger.freehand.rules import Typed
from ledger.invoicing import queries as invoicing
from ledger.kor.queries import stretches
from ledger.kor.rules import code_for
from ledger.recurring import rules
from ledger.recurring.errors import PlanNotFound
from ledger.recurring.models import RecurringPlan, RecurringRun, RecurringTerms
from ledger.recurring.rules import Every, PlanPeriod, RunState
from ledger.vat import rules as vat

AHEAD = rules.FAR * 12
"""As many periods of a plan are looked at from its first."""


def _content() -> tuple[ORMOption, ...]:
    terms = selectinload(RecurringPlan.terms).selectinload(RecurringTerms.lines)
    return (joinedload(RecurringPlan.buyer.of_type(BUYERS)), terms)


def plan(session: Session, public_id: UUID, seller_id: int) -> RecurringPlan:
    """A seller's plan, with its customer, its terms and what became of its periods.

    Raises:
        PlanNotFound: there is none, or it is another's.
    """
    runs = selectinload(RecurringPlan.runs).joinedload(RecurringRun.invoice)
    found = session.scalar(
        select(RecurringPlan)
        .where(RecurringPlan.public_id == public_id, RecurringPlan.seller_id == seller_id)
        .options(*_content(), runs)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise PlanNotFound
    return found


def locked(session: Session, plan_id: int) -> RecurringPlan:
    """A plan as it is now, with its customer and terms, and nobody else's until the end of the transaction.

    Raises:
        PlanNotFound: there is none.
    """
    held = session.scalar(select(RecurringPlan.id).where(RecurringPlan.id == plan_id).with_for_update())
    if held is None:
        raise PlanNotFound
    runs = selectinload(RecurringPlan.runs).joinedload(RecurringRun.invoice)
    statement = select(RecurringPlan).where(RecurringPlan.id == plan_id).options(*_content(), runs)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def agreement_of(session: Session, plan: RecurringPlan) -> Agreement | None:
    """The agreement of a plan, whole."""
    if plan.agreement_id is None:
        return None
    statement = select(Agreement).where(Agreement.id == plan.agreement_id).options(*whole_agreement())
    return session.scalar(statement)


def plans(seller_id: int, text: str = "", state: str = "") -> Select[RecurringPlan]:
    """A seller's plans by title, those that wait first. `state` is "waiting", "paused" or "" (all)."""
    waiting = _waiting()
    found = (
        select(RecurringPlan)
        .where(RecurringPlan.seller_id == seller_id)
        .options(*_content(), selectinload(RecurringPlan.runs).joinedload(RecurringRun.invoice))
    )
    if state == "waiting":
        found = found.where(waiting)
    elif state == "paused":
        found = found.where(RecurringPlan.paused_at.is_not(None))
    if text.strip():
        sought = text.strip()
        named = RecurringPlan.buyer_id.in_(
            select(Party.id).where(Party.name.icontains(sought, autoescape=True))
        )
        found = found.where(or_(RecurringPlan.title.icontains(sought, autoescape=True), named))
    return found.order_by(waiting.desc(), RecurringPlan.title, RecurringPlan.id)


def _waiting() -> ColumnElement[bool]:
    return (
        select(RecurringRun.id)
        .where(RecurringRun.plan_id == RecurringPlan.id, RecurringRun.state == RunState.WAITING)
        .correlate(RecurringPlan)
        .exists()
    )


def to_look_at(session: Session, at: datetime) -> Sequence[int]:
    """Plans that may have something to make: not standing still, and begun."""
    today = at.astimezone(LOCAL).date()
    return session.scalars(
        select(RecurringPlan.id)
        .where(RecurringPlan.paused_at.is_(None), RecurringPlan.begins_on <= today)
        .order_by(RecurringPlan.id)
    ).all()


def periods_of(plan: RecurringPlan) -> Iterator[PlanPeriod]:
    """The periods of a plan in order, as far as anybody looks."""
    found = rules.periods(plan.begins_on, plan.every, plan.day, plan.ends_on)
    return (each for each, _ in zip(found, range(AHEAD), strict=False))


def due(plan: RecurringPlan, today: date) -> list[PlanPeriod]:
    """Its periods whose day has come and of which nothing was written down."""
    return rules.due(periods_of(plan), today, [each.period_from for each in plan.runs])


def last_made(plan: RecurringPlan) -> date | None:
    """The first day of the latest period of which the invoice was made."""
    return max((each.period_from for each in plan.runs if each.state is RunState.MADE), default=None)


def first_to_change(plan: RecurringPlan) -> date:
    """The first day from which other terms can count."""
    made = last_made(plan)
    return plan.begins_on if made is None else rules.months_on(made, rules.MONTHS[plan.every])


def days_within(period: PlanPeriod, agreement: Agreement) -> tuple[date, date]:
    """First and last day of a period, as far as they lie in the term of an agreement."""
    return max(period.first, agreement.starts_on), min(period.last, agreement.ends_on)


def next_quantities(agreement: Agreement, every: Every, left: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """What one period has of an agreement: the next instalments, or the months and years of its lines."""
    over = {key: some for key, some in left.items() if some > 0}
    if agreement.in_instalments:
        days = (agreement.ends_on - agreement.starts_on).days + 1
        return dict(list(over.items())[: rules.instalments_of(every, days, len(left))])
    units = {line.id: line.unit for line in agreement.lines}
    found = {key: min(some, rules.quantity_of(units[key], every)) for key, some in over.items()}
    return {key: some for key, some in found.items() if some > 0}


def typed_for(terms: RecurringTerms, period: PlanPeriod) -> list[Typed]:
    """The lines of terms with what their marks are in a period."""
    return [
        Typed(rules.filled(each.description, period), each.unit, each.quantity, each.unit_price, each.vat_code)
        for each in terms.lines
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coming:
    """An invoice that is still to come: its period, its terms, its sums (None: nothing is left of the agreement)."""

    period: PlanPeriod
    note: str
    sums: vat.Totals | None


def coming(session: Session, plan: RecurringPlan, agreement: Agreement | None, today: date) -> list[Coming]:
    """The next invoices of a plan, with what they come to by what is known today."""
    done = [each.period_from for each in plan.runs]
    scheme, found = stretches(session, plan.seller_id), []
    left = dict(invoicing.suggestion(session, agreement, plan.seller_id, today).left) if agreement else {}
    for period in rules.coming(periods_of(plan), done):
        terms = plan.terms_for(period.first)
        if agreement is None:
            lines = [(each.vat_code, each.net) for each in typed_for(terms, period)]
            span = (period.first, period.last)
        else:
            span = days_within(period, agreement)
            quantities = next_quantities(agreement, plan.every, left) if span[0] <= span[1] else {}
            left = {key: some - quantities.get(key, Decimal(0)) for key, some in left.items()}
            lines = [
                (line.vat_code, agreed.line_net(quantities[line.id], line.unit_price))
                for line in agreement.lines
                if line.id in quantities
            ]
        small = any(each.since <= span[1] and (each.until is None or each.until > span[1]) for each in scheme)
        found.append(Coming(period, rules.filled(terms.note, period), _sums(lines, span, small=small)))
    return found


def _sums(
    lines: Sequence[tuple[vat.VatCode, Money]], span: tuple[date, date], *, small: bool
) -> vat.Totals | None:
    if not lines:
        return None
    rates = [(vat.rate_on(code_for(code, small=small), span[1]), net) for code, net in lines]
    return vat.totals((rate.category, rate.percent, net) for rate, net in rates)


def waiting_runs(plan: RecurringPlan) -> list[RecurringRun]:
    """The periods that wait for a person, oldest first."""
    return sorted(
        (each for each in plan.runs if each.state is RunState.WAITING), key=lambda each: each.period_from
    )


def next_day(plan: RecurringPlan) -> date | None:
    """The day on which the next invoice is made; None: it stands still or has ended."""
    if plan.paused_at is not None:
        return None
    done = [each.period_from for each in plan.runs]
    found = rules.coming(periods_of(plan), done, 1)
    return found[0].on if found else None


def is_late(run: RecurringRun, late: timedelta = timedelta(days=1)) -> bool:
    """Whether it was done after its day: the machine stood still, or somebody looked at what waited."""
    return run.at.astimezone(LOCAL).date() - run.planned_on >= late


tasks = Tasks(
    Waiting(
        N_("Terugkerende facturen die op u wachten: %(num)s"), "recurring.index",
        frozenset({Role.MEMBER, Role.BOARD}),
        rows(num=func.count())
        .select_from(RecurringRun)
        .join(RecurringPlan, RecurringPlan.id == RecurringRun.plan_id)
        .where(RecurringPlan.seller_id == ORGANISATION, RecurringRun.state == RunState.WAITING)
        .having(func.count() > 0),
        {"state": "=waiting"},
    ),
)  # fmt: skip
"""Periods of which the invoice waits for somebody."""
