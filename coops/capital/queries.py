"""Reading what members have to do with in money: from the books, per member and per cooperative."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Text, cast, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from coops.capital import rules
from coops.capital.errors import SubscriptionNotFound, TermsMissing
from coops.capital.models import CapitalTerms, DuesCharge, DuesRun, Subscription
from coops.capital.rules import Due, Line, Pot
from coops.members.models import Member
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.books.queries import lines_of, midnight


def subkey(pot: Pot, member: Member) -> str:
    """What tells the account of a member apart: no name, and no number that is one elsewhere."""
    return f"{pot}:{member.public_id}"


def debit_subject(member: Member) -> str:
    """What a mandate of a member is about, in `ledger.mandates`."""
    return f"member:{member.public_id}"


def find_terms(session: Session, organisation_id: int) -> CapitalTerms | None:
    """What the statutes of a cooperative say, None before its board wrote it down."""
    return session.get(CapitalTerms, organisation_id)


def terms(session: Session, organisation_id: int) -> CapitalTerms:
    """What the statutes of a cooperative say.

    Raises:
        TermsMissing: the board did not write it down yet.
    """
    found = find_terms(session, organisation_id)
    if found is None:
        raise TermsMissing
    return found


def subscriptions(session: Session, member_id: int) -> Sequence[Subscription]:
    """The shares that a member took, oldest first."""
    return session.scalars(
        select(Subscription).where(Subscription.member_id == member_id).order_by(Subscription.id)
    ).all()


def subscription(session: Session, public_id: UUID, organisation_id: int | None) -> Subscription:
    """A subscription of this cooperative, with its member.

    Raises:
        SubscriptionNotFound: none, or another cooperative's.
    """
    found = session.scalars(
        select(Subscription)
        .join(Subscription.member)
        .where(Subscription.public_id == public_id, Member.organisation_id == organisation_id)
        .options(contains_eager(Subscription.member))
    ).one_or_none()
    if found is None:
        raise SubscriptionNotFound
    return found


def find_run(session: Session, organisation_id: int, starts_on: date) -> DuesRun | None:
    """The dues of the period that starts on this day."""
    return session.scalars(
        select(DuesRun).where(DuesRun.organisation_id == organisation_id, DuesRun.starts_on == starts_on)
    ).one_or_none()


def missed_run(session: Session, member: Member, today: date) -> DuesRun | None:
    """The dues of the present period that were asked of others and not of this running member, who joined later."""
    if member.left_on is not None:
        return None
    return session.scalars(
        select(DuesRun).where(
            DuesRun.organisation_id == member.organisation_id, DuesRun.starts_on <= today, DuesRun.ends_on > today,
            ~exists().where(DuesCharge.run_id == DuesRun.id, DuesCharge.member_id == member.id),
        ).order_by(DuesRun.starts_on.desc()).limit(1)
    ).one_or_none()  # fmt: skip


def iban(session: Session, organisation_id: int) -> str | None:
    """Where members of a cooperative pay to, None when it wrote no account down."""
    return session.scalars(select(Organisation.iban).where(Organisation.id == organisation_id)).one_or_none()


def runs(session: Session, organisation_id: int) -> Sequence[DuesRun]:
    """All dues asked, newest first."""
    return session.scalars(
        select(DuesRun).where(DuesRun.organisation_id == organisation_id).order_by(DuesRun.starts_on.desc())
    ).all()


Accounts = Mapping[int, tuple[Member, Pot, Account]]


def accounts(session: Session, members: Sequence[Member]) -> Accounts:
    """Account id → whose it is and which pot, for members of one cooperative."""
    if not members:
        return {}
    keys = {(rules.POTS[pot].role.value, subkey(pot, each)): (each, pot) for each in members for pot in Pot}
    found = session.scalars(
        select(Account)
        .where(
            Account.party_id == members[0].organisation_id, Account.subkey.in_([key for _, key in keys]),
            Account.currency == "EUR",
        )
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return {
        each.id: (*keys[(each.role, each.subkey)], each) for each in found if (each.role, each.subkey) in keys
    }


@dataclass(slots=True)
class Holding:
    """What one member has in each pot now, in cents, and how much of it should have been paid by now."""

    member: Member
    pots: dict[Pot, int] = field(default_factory=lambda: dict.fromkeys(Pot, 0))
    asked: dict[Pot, list[Due]] = field(default_factory=lambda: {pot: [] for pot in rules.PAYABLE_POTS})

    def behind(self, today: date) -> int:
        """Capital and dues that should have been paid by now."""
        return sum(rules.behind(self.pots[pot], asked, today) for pot, asked in self.asked.items())

    def unpaid(self) -> list[tuple[Pot, Due]]:
        """What is still to be paid of each amount that was asked, the first due first."""
        found = [
            (pot, each) for pot, asked in self.asked.items() for each in rules.unpaid(self.pots[pot], asked)
        ]
        return sorted(found, key=lambda owed: owed[1].due_on)


def holdings(session: Session, members: Sequence[Member], of: Accounts | None = None) -> list[Holding]:
    """What members of one cooperative have, in the order given; three statements however many they are.

    `of`: their accounts, where these were read before.
    """
    found = {each.id: Holding(each) for each in members}
    for member, pot, account in (accounts(session, members) if of is None else of).values():
        found[member.id].pots[pot] = account.posted if rules.POTS[pot].debit else -account.posted
    for owed in session.scalars(
        select(Subscription)
        .where(Subscription.member_id.in_(found), Subscription.called_at.is_not(None))
        .order_by(Subscription.id)
    ):
        if owed.due_on is not None:
            found[owed.member_id].asked[Pot.CALLED].append(Due(owed.minor, owed.due_on, owed.id))
    for charge, minor in session.execute(
        select(DuesCharge, DuesRun.dues_minor)
        .join(DuesRun, DuesCharge.run_id == DuesRun.id)
        .where(DuesCharge.member_id.in_(found))
        .order_by(DuesRun.id)
    ):
        found[charge.member_id].asked[Pot.DUES].append(Due(minor, charge.due_on, charge.run_id))
    return list(found.values())


def lines(
    session: Session, members: Sequence[Member], before: date | None = None, of: Accounts | None = None
) -> dict[int, list[Line]]:
    """Member id → all lines of the own accounts, from the books, in the order in which they count; `of`: see above."""
    of = accounts(session, members) if of is None else of
    found: dict[int, list[Line]] = {each.id: [] for each in members}
    for line in lines_of(session, of, before=None if before is None else midnight(before)):
        member, pot, _ = of[line.account_id]
        minor = line.amount if rules.POTS[pot].debit else -line.amount
        found[member.id].append(
            Line(str(line.transfer), line.kind, local_date(line.effective_at), pot, minor, line.undoes, line.undone)
        )  # fmt: skip
    return found


def totals(found: Iterable[Holding]) -> Mapping[Pot, int]:
    """What all members have together in each pot."""
    whole = dict.fromkeys(Pot, 0)
    for each in found:
        for pot, minor in each.pots.items():
            whole[pot] += minor
    return whole


def first_year(session: Session, organisation_id: int) -> int | None:
    """The first book year with a subscription or dues; None when nothing happened yet."""
    took = (
        select(func.min(Subscription.subscribed_at))
        .join(Subscription.member)
        .where(Member.organisation_id == organisation_id)
    )
    asked = select(func.min(DuesRun.starts_on)).where(DuesRun.organisation_id == organisation_id)
    first, run = session.execute(select(took.scalar_subquery(), asked.scalar_subquery())).one()
    years = ([local_date(first).year] if first else []) + ([run.year] if run else [])
    return min(years, default=None)


def _late(pot: Pot, waiting: ScalarSelect[int]) -> ColumnElement[bool]:
    """SQL: whether a member has more open in a pot than may still wait (the rule `behind`, set-wise)."""
    return exists().where(
        Account.party_id == Member.organisation_id, Account.role == rules.POTS[pot].role.value,
        Account.subkey == f"{pot}:" + cast(Member.public_id, Text), Account.posted > func.coalesce(waiting, 0),
    )  # fmt: skip


_CALLS = (
    select(func.sum(Subscription.shares * Subscription.share_minor))
    .where(Subscription.member_id == Member.id, Subscription.due_on >= TODAY)
    .correlate(Member)
    .scalar_subquery()
)
_DUES = (
    select(func.sum(DuesRun.dues_minor))
    .join(DuesCharge, DuesCharge.run_id == DuesRun.id)
    .where(DuesCharge.member_id == Member.id, DuesCharge.due_on >= TODAY)
    .correlate(Member)
    .scalar_subquery()
)

tasks = Tasks(
    Waiting(
        N_("Leden die te laat zijn met betalen: %(num)s. Herinner hen."), "capital.index", frozenset({Role.BOARD}),
        rows(num=func.count())
        .select_from(Member)
        .where(
            Member.organisation_id == ORGANISATION, Member.left_on.is_(None),
            or_(_late(Pot.CALLED, _CALLS), _late(Pot.DUES, _DUES)),
        )
        .having(func.count() > 0),
    ),
)  # fmt: skip
"""What capital and dues wait for: the board to remind who is behind."""
