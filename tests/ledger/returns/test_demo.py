"""The tie-out of the example year: VAT overview, ageing and trial balance agree to the cent, in all books."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cwb.kernel import clock
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.accounts.rules import Role
from ledger.ageing.queries import ageing
from ledger.ageing.rules import Side
from ledger.books.queries import keepers, trial_balance
from ledger.closing.models import PeriodClose
from ledger.reminders.models import InvoiceReminder
from ledger.returns.queries import overview

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


def booked(trial, role):
    """What the accounts in a role moved and hold, debit positive."""
    lines = [
        line for line in trial.lines if line.account.role == role.value and line.account.currency == "EUR"
    ]
    zero = Money(0)
    return sum((line.closing - line.opening for line in lines), zero), sum(
        (line.closing for line in lines), zero
    )


def test_vat_ageing_and_trial_balance_agree_in_every_set_of_books(demo_app):
    today = clock.local_date(clock.now())
    year = Period(today.replace(month=1, day=1), today + timedelta(days=1))
    seen = {"vat": Money(0), "late": 0, "open": Money(0)}
    with Session(demo_app.extensions["cwb.engine"]) as session:
        for party in session.scalars(keepers()).all():
            trial, vat = trial_balance(session, party.id, year), overview(session, party.id, year)
            assert vat.ties, party.name
            assert vat.output.booked == -booked(trial, Role.VAT_OUTPUT)[0], party.name
            assert vat.input.booked == booked(trial, Role.VAT_INPUT)[0], party.name
            claims, debts = (ageing(session, party.id, side, today) for side in Side)
            assert (claims.difference, debts.difference) == (Money(0), Money(0)), party.name
            assert claims.booked == booked(trial, Role.RECEIVABLE)[1], party.name
            assert debts.booked == -booked(trial, Role.PAYABLE)[1], party.name
            seen["vat"] += vat.owed
            seen["open"] += claims.total
            seen["late"] += sum(line.open["1_30"] + line.open["31_60"] > Money(0) for line in claims.lines)
        assert session.query(PeriodClose).count() > 5
        assert session.query(InvoiceReminder).count() > 0
    assert seen["vat"] > Money(0)
    assert seen["open"] > Money(0)
    assert seen["late"] > 0
