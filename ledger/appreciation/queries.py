"""Reading places, tasks, hours and what credits were given, spent and lapsed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.agreements.models import Agreement
from ledger.appreciation import rules
from ledger.appreciation.errors import HoursUnknown, NotBegun
from ledger.appreciation.models import (
    CreditBudget,
    CreditHolder,
    CreditHours,
    CreditOffer,
    CreditPlace,
    CreditSpending,
    CreditTask,
)
from ledger.books.queries import lines_of, midnight
from ledger.instruments.rules import FEWEST
from ledger.timesheets.models import WorkedHours

_OPEN = and_(CreditHours.granted_at.is_(None), CreditHours.refused_at.is_(None))

tasks = Tasks(
    Waiting(
        N_("Uren hulp die op bevestiging wachten: %(num)s"), "credits.host", {Role.BOARD, Role.PURCHASER},
        rows(num=func.count()).having(func.count() > 0)
        .select_from(CreditHours)
        .join(CreditTask, CreditTask.id == CreditHours.task_id)
        .join(CreditBudget, CreditBudget.id == CreditTask.budget_id)
        .join(CreditPlace, CreditPlace.id == CreditBudget.place_id)
        .where(_OPEN, CreditPlace.organisation_id == ORGANISATION),
    ),
)  # fmt: skip
"""What waits for a host: hours that nobody looked at."""


def place_of(session: Session, organisation_id: int | None) -> CreditPlace:
    """The place of an organisation.

    Raises:
        HoursUnknown: it was not recognised.
    """
    found = session.scalars(
        select(CreditPlace).where(CreditPlace.organisation_id == organisation_id)
    ).one_or_none()
    if found is None:
        raise HoursUnknown
    return found


def find_place(session: Session, organisation_id: int | None) -> CreditPlace | None:
    """The place of an organisation, if it was recognised."""
    return session.scalars(
        select(CreditPlace).where(CreditPlace.organisation_id == organisation_id)
    ).one_or_none()


def place(session: Session, public_id: UUID) -> CreditPlace:
    """A place with its organisation.

    Raises:
        HoursUnknown: no such place.
    """
    found = session.scalars(
        select(CreditPlace)
        .where(CreditPlace.public_id == public_id)
        .options(joinedload(CreditPlace.organisation))
    ).one_or_none()
    if found is None:
        raise HoursUnknown
    return found


def places() -> Select[CreditPlace, int, int | None]:
    """All places by name, with the credits of their budgets and what was given (None: to fewer than five people).

    Of one such place alone the sum of all would tell: then the least of the others is not told either.
    """
    total = func.sum(CreditHours.credits)
    few = func.count(CreditHours.holder_id.distinct()).filter(CreditHours.credits > 0).between(1, FEWEST - 1)
    least = func.row_number().over(partition_by=few, order_by=(total == 0, total, CreditBudget.place_id))
    per = (
        select(
            CreditBudget.place_id, total.label("total"), few.label("few"), least.label("least"),
            func.sum(case((few, 1), else_=0)).over().label("fews"),
        ).join(CreditTask, CreditTask.budget_id == CreditBudget.id)
        .join(CreditHours, CreditHours.task_id == CreditTask.id).group_by(CreditBudget.place_id).subquery()
    )  # fmt: skip
    budgets, own = func.coalesce(func.sum(CreditBudget.credits), 0), CreditBudget.place_id == CreditPlace.id
    given, untold = func.coalesce(per.c.total, 0), per.c.few | ((per.c.fews == 1) & (per.c.least == 1))
    return (
        select(CreditPlace, select(budgets).where(own).scalar_subquery(), case((untold, None), else_=given))
        .join(Organisation, Organisation.id == CreditPlace.organisation_id)
        .outerjoin(per, per.c.place_id == CreditPlace.id)
        .options(contains_eager(CreditPlace.organisation))
        .order_by(Organisation.search_name, CreditPlace.id)
    )  # fmt: skip


def budgets(session: Session, place_id: int, *, live: bool) -> Sequence[tuple[CreditBudget, int]]:
    """The budgets of a place with what was given of each, the latest first."""
    given = (
        select(func.coalesce(func.sum(CreditHours.credits), 0))
        .join(CreditTask, CreditTask.id == CreditHours.task_id)
        .join(CreditHolder, CreditHolder.id == CreditHours.holder_id)
        .where(CreditTask.budget_id == CreditBudget.id, CreditHolder.live == live)
        .scalar_subquery()
    )
    found = session.execute(
        select(CreditBudget, given)
        .where(CreditBudget.place_id == place_id)
        .order_by(CreditBudget.ends_on.desc(), CreditBudget.id)
    )
    return [(budget, int(used)) for budget, used in found]


def budget(session: Session, budget_id: int, place_id: int) -> CreditBudget:
    """A budget of a place.

    Raises:
        HoursUnknown: it is not.
    """
    found = session.scalars(
        select(CreditBudget).where(CreditBudget.id == budget_id, CreditBudget.place_id == place_id)
    ).one_or_none()
    if found is None:
        raise HoursUnknown
    return found


def task(session: Session, public_id: UUID) -> CreditTask:
    """A task with its budget, place and organisation.

    Raises:
        HoursUnknown: no such task.
    """
    found = session.scalars(
        select(CreditTask)
        .where(CreditTask.public_id == public_id)
        .options(
            joinedload(CreditTask.budget).joinedload(CreditBudget.place).joinedload(CreditPlace.organisation)
        )
    ).one_or_none()
    if found is None:
        raise HoursUnknown
    return found


def open_tasks(today: date) -> Select[CreditTask]:
    """Tasks that still take hours, the newest first."""
    return (
        select(CreditTask)
        .join(CreditTask.budget)
        .join(CreditBudget.place)
        .join(CreditPlace.organisation)
        .where(CreditTask.closed_at.is_(None), CreditBudget.ends_on >= today - rules.BACK)
        .options(
            contains_eager(CreditTask.budget)
            .contains_eager(CreditBudget.place)
            .contains_eager(CreditPlace.organisation)
        )
        .order_by(CreditTask.offered_at.desc(), CreditTask.id)
    )


def open_offers(session: Session, place_id: int | None = None, *, most: int = 50) -> Sequence[CreditOffer]:
    """What credits are spent on, everywhere or at one place, cheapest first."""
    here = true() if place_id is None else CreditOffer.place_id == place_id
    return session.scalars(
        select(CreditOffer)
        .join(CreditOffer.place)
        .join(CreditPlace.organisation)
        .where(CreditOffer.closed_at.is_(None), here)
        .options(contains_eager(CreditOffer.place).contains_eager(CreditPlace.organisation))
        .order_by(CreditOffer.price, CreditOffer.id)
        .limit(most)
    ).all()


def find_holder(session: Session, user_id: int, *, live: bool) -> CreditHolder | None:
    """Who takes part, with what it holds now."""
    return session.scalars(
        select(CreditHolder)
        .where(CreditHolder.user_id == user_id, CreditHolder.live == live)
        .options(joinedload(CreditHolder.account))
        .execution_options(populate_existing=True)
    ).one_or_none()


def holder(session: Session, user_id: int, *, live: bool) -> CreditHolder:
    """Who takes part.

    Raises:
        NotBegun: the user does not, yet.
    """
    found = find_holder(session, user_id, live=live)
    if found is None:
        raise NotBegun
    return found


def own_hours(session: Session, holder_id: int, year: int) -> Sequence[CreditHours]:
    """What somebody handed in for a year, the newest day first."""
    return session.scalars(
        select(CreditHours)
        .where(
            CreditHours.holder_id == holder_id,
            CreditHours.worked_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .options(
            joinedload(CreditHours.task)
            .joinedload(CreditTask.budget)
            .joinedload(CreditBudget.place)
            .joinedload(CreditPlace.organisation)
        )
        .order_by(CreditHours.worked_on.desc(), CreditHours.id.desc())
    ).all()


def handed_in(place_id: int) -> Select[CreditHours]:
    """Hours handed in for the tasks of a place: what waits first, then the newest."""
    return (
        select(CreditHours)
        .join(CreditHours.task)
        .join(CreditTask.budget)
        .where(CreditBudget.place_id == place_id)
        .options(
            contains_eager(CreditHours.task).contains_eager(CreditTask.budget),
            joinedload(CreditHours.holder).joinedload(CreditHolder.user),
        )
        .order_by(case((_OPEN, 0), else_=1), CreditHours.worked_on.desc(), CreditHours.id.desc())
    )


def hours_to_decide(session: Session, public_id: UUID) -> CreditHours:
    """Hours with their task, budget and place; nobody else decides on them, or spends the budget, meanwhile.

    Raises:
        HoursUnknown: there are none.
    """
    found = session.scalars(
        select(CreditHours)
        .where(CreditHours.public_id == public_id)
        .options(joinedload(CreditHours.task))
        .with_for_update(of=CreditHours)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise HoursUnknown
    return found


def account(session: Session, found: CreditHolder) -> Account:
    """The account of a holder as it is now."""
    return session.scalars(
        select(Account).where(Account.id == found.account_id).execution_options(populate_existing=True)
    ).one()


def lock_budget(session: Session, budget_id: int) -> CreditBudget:
    """A budget with its place; confirmations from it wait for each other."""
    return session.scalars(
        select(CreditBudget)
        .where(CreditBudget.id == budget_id)
        .options(joinedload(CreditBudget.place))
        .with_for_update(of=CreditBudget)
    ).one()


def lock_holder(session: Session, holder_id: int) -> CreditHolder:
    """Who takes part; what is given to one waits for each other."""
    return session.scalars(
        select(CreditHolder).where(CreditHolder.id == holder_id).with_for_update(of=CreditHolder)
    ).one()


def room(session: Session, found: CreditHours, budget: CreditBudget, *, live: bool) -> rules.Room:
    """What is left for hours in the budget, the task, and the month and year of whoever worked."""
    year = func.extract("year", CreditHours.worked_on) == found.worked_on.year
    month = and_(year, func.extract("month", CreditHours.worked_on) == found.worked_on.month)
    own = CreditHours.holder_id == found.holder_id
    credited, hours = func.sum(CreditHours.credits), func.sum(CreditHours.hours)
    row = session.execute(
        select(
            credited.filter(CreditTask.budget_id == budget.id), hours.filter(CreditHours.task_id == found.task_id),
            credited.filter(own, month), credited.filter(own, year),
        )
        .join(CreditTask, CreditTask.id == CreditHours.task_id)
        .join(CreditHolder, CreditHolder.id == CreditHours.holder_id)
        .where(
            CreditHours.granted_at.is_not(None), CreditHolder.live == live,
            or_(CreditTask.budget_id == budget.id, own),
        )
    ).one()  # fmt: skip
    used = [int(each or 0) for each in row]
    return rules.Room(
        budget.credits - used[0], found.task.hours - used[1], rules.MONTH_MOST - used[2], rules.YEAR_MOST - used[3]
    )  # fmt: skip


def written_elsewhere(session: Session, user_id: int, worked_on: date, organisation_id: int) -> bool:
    """Whether the user wrote hours of that day under a contract here in which the organisation buys or supplies."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    WorkedHours.user_id == user_id, WorkedHours.worked_on == worked_on,
                    WorkedHours.agreement_id == Agreement.id,
                    or_(Agreement.buyer_id == organisation_id, WorkedHours.seller_id == organisation_id),
                )
            )
        )
    )  # fmt: skip


def offer(session: Session, public_id: UUID) -> CreditOffer:
    """What credits are spent on.

    Raises:
        HoursUnknown: it is not there, or no more.
    """
    found = session.scalars(
        select(CreditOffer)
        .where(CreditOffer.public_id == public_id, CreditOffer.closed_at.is_(None))
        .options(joinedload(CreditOffer.place))
    ).one_or_none()
    if found is None:
        raise HoursUnknown
    return found


def own_spending(session: Session, holder_id: int, year: int) -> Sequence[CreditSpending]:
    """What somebody spent in a year, the newest first."""
    return session.scalars(
        select(CreditSpending)
        .join(CreditSpending.offer)
        .join(CreditOffer.place)
        .join(CreditPlace.organisation)
        .where(CreditSpending.holder_id == holder_id, CreditSpending.spent_at >= midnight(date(year, 1, 1)))
        .where(CreditSpending.spent_at < midnight(date(year + 1, 1, 1)))
        .options(
            contains_eager(CreditSpending.offer)
            .contains_eager(CreditOffer.place)
            .contains_eager(CreditPlace.organisation)
        )
        .order_by(CreditSpending.spent_at.desc(), CreditSpending.id.desc())
    ).all()


def lapsed_in(session: Session, account_id: int, year: int) -> int:
    """Credits of an account that lapsed in a year."""
    return -sum(
        line.amount
        for line in lines_of(session, [account_id], before=midnight(date(year + 1, 1, 1)))
        if line.kind == "credits_lapsed" and local_date(line.effective_at).year == year
    )


def spent_at(place_id: int) -> Select[CreditSpending]:
    """What was spent at a place, without who did, the newest first."""
    return (
        select(CreditSpending)
        .join(CreditSpending.offer)
        .where(CreditOffer.place_id == place_id)
        .options(contains_eager(CreditSpending.offer))
        .order_by(CreditSpending.spent_at.desc(), CreditSpending.id.desc())
    )


def grants(session: Session, holder_id: int) -> Sequence[CreditHours]:
    """What somebody was given, oldest first."""
    return session.scalars(
        select(CreditHours)
        .where(CreditHours.holder_id == holder_id, CreditHours.granted_at.is_not(None))
        .order_by(CreditHours.granted_at, CreditHours.id)
    ).all()


def holders_with_old(session: Session, given_before: date) -> Sequence[int]:
    """Who holds credits and was given some before a day."""
    return session.scalars(
        select(CreditHolder.id)
        .join(Account, Account.id == CreditHolder.account_id)
        .where(
            Account.posted > 0,
            exists().where(CreditHours.holder_id == CreditHolder.id, CreditHours.granted_at < given_before),
        )
        .order_by(CreditHolder.id)
    ).all()
