"""Reading the fund."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from coops.fund.errors import FundMissing, GrantNotFound, TermsMissing
from coops.fund.models import Fund, FundGrant, FundTerms
from coops.fund.rules import FEWEST, YEAR_DAYS, Capital, mean_days, turnover
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.accounts.rules import Role as AccountRole
from ledger.advances import queries as advances
from ledger.advances.models import Advance
from ledger.invoicing.queries import noon


def find_fund(session: Session) -> Fund | None:
    """The fund of this installation, the oldest where there are several."""
    return session.scalar(select(Fund).options(joinedload(Fund.organisation)).order_by(Fund.id).limit(1))


def fund(session: Session) -> Fund:
    """The same.

    Raises:
        FundMissing: nobody opened one.
    """
    found = find_fund(session)
    if found is None:
        raise FundMissing
    return found


def fund_locked(session: Session, fund_id: int) -> Fund:
    """The fund, and nobody else's until the end of the transaction: decisions on its free capital stand in a row."""
    return session.scalars(
        select(Fund)
        .where(Fund.id == fund_id)
        .options(joinedload(Fund.organisation))
        .with_for_update(of=Fund, key_share=True)
    ).one()


def grants(session: Session, fund_id: int) -> Sequence[FundGrant]:
    """The capital that was put in, oldest first."""
    return session.scalars(
        select(FundGrant).where(FundGrant.fund_id == fund_id).order_by(FundGrant.received_on, FundGrant.id)
    ).all()


def grant_locked(session: Session, public_id: UUID, fund_id: int) -> FundGrant:
    """One grant of a fund, locked.

    Raises:
        GrantNotFound: none, or another fund's.
    """
    found = session.scalar(
        select(FundGrant)
        .where(FundGrant.public_id == public_id, FundGrant.fund_id == fund_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise GrantNotFound
    return found


def find_terms(session: Session, fund_id: int, on: date) -> FundTerms | None:
    """The terms that hold on a day."""
    return session.scalar(
        select(FundTerms)
        .where(FundTerms.fund_id == fund_id, FundTerms.valid_from <= on)
        .order_by(FundTerms.valid_from.desc())
        .limit(1)
    )


def terms(session: Session, fund_id: int, on: date) -> FundTerms:
    """The same.

    Raises:
        TermsMissing: none hold.
    """
    found = find_terms(session, fund_id, on)
    if found is None:
        raise TermsMissing
    return found


def all_terms(session: Session, fund_id: int) -> Sequence[FundTerms]:
    """All terms, the latest first."""
    return session.scalars(
        select(FundTerms).where(FundTerms.fund_id == fund_id).order_by(FundTerms.valid_from.desc())
    ).all()


def cash(session: Session, organisation_id: int) -> int:
    """What stands on the fund's bank account in its books, in cents."""
    asked = select(Account.posted).where(
        Account.party_id == organisation_id,
        Account.role == AccountRole.BANK.value,
        Account.currency == "EUR",
        Account.subkey == "",
    )
    return session.scalar(asked) or 0


tasks = Tasks(
    Waiting(
        N_("Inleg die bijna eindigt: %(title)s"), "fund.show", frozenset({Role.PROGRAMME}),
        rows(title=FundGrant.source, due_at=noon(FundGrant.ends_on))
        .join(Fund, Fund.id == FundGrant.fund_id)
        .where(Fund.keeper_id == ORGANISATION, FundGrant.ended_on.is_(None), FundGrant.ends_on <= TODAY + 90),
    ),
)  # fmt: skip
"""What waits for who runs the fund."""


@dataclass(frozen=True, slots=True)
class Report:
    """The fund's figures of all time, and of the window for what is per year. Amounts in cents."""

    totals: advances.Totals
    advanced_in_window: int
    turnover: Decimal | None
    mean_days: Decimal | None


def published(session: Session, fund: Fund, put_in: Sequence[Capital], today: date) -> Report:
    """The report over 365 days up to today; of few borrowers up to the last whole quarter.

    Else two looks tell what one of them was lent meanwhile.
    """
    totals = advances.totals(session, fund.organisation_id, today)
    end = today + timedelta(days=1) if totals.borrowers >= FEWEST else Period.quarter_of(today).start
    return report(session, fund, put_in, (end - timedelta(days=YEAR_DAYS), end), totals)


def report(
    session: Session,
    fund: Fund,
    put_in: Sequence[Capital],
    window: tuple[date, date],
    totals: advances.Totals,
) -> Report:
    """What the fund did: turnover over [start, end), days outstanding of what was repaid or still runs."""
    start, end = window
    last = end - timedelta(days=1)
    found = session.execute(
        select(Advance.amount, Advance.paid_out_on, Advance.released_on).where(
            Advance.fund_id == fund.organisation_id
        )
    )
    lent = [(amount, on, released) for amount, on, released in found if on is not None and on < end]
    in_window = sum(amount for amount, on, _ in lent if start <= on < end)
    return Report(
        totals,
        in_window,
        turnover(in_window, put_in, start, end),
        mean_days([(amount, ((released or last) - on).days) for amount, on, released in lent]),
    )
