"""What is open by age ties to the accounts at every instant, whatever was sent, approved, paid and credited."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.accounts.rules import Role
from ledger.ageing import queries
from ledger.ageing.rules import Bucket, Side
from ledger.books.queries import trial_balance
from ledger.closing.services import close_period
from ledger.invoicing.services import credit_invoice

DAYS = {"delivered_from": date(2026, 1, 1), "delivered_until": date(2026, 1, 31)}


@pytest.fixture
def story(trade, at):
    """One invoice paid in parts, one credited after the approval, one only sent; sent in February, April and August."""
    early, later = at - timedelta(days=200), at - timedelta(days=140)
    first = trade.approve(trade.send(trade.draft(at=early, **DAYS), at=early), at=early + timedelta(days=3))
    trade.pay(first, "100.00", paid_on=date(2026, 3, 2))
    second = trade.approve(
        trade.send(trade.draft("4", at=later, **DAYS), at=later), at=later + timedelta(days=9)
    )
    credit_invoice(
        trade.session, invoice=second, quantities={second.lines[0].id: Decimal(1)}, reason="Een uur te veel",
        actor=trade.member, at=later + timedelta(days=20),
    )  # fmt: skip
    third = trade.send(trade.draft("2", at=at - timedelta(days=5), **DAYS), at=at - timedelta(days=5))
    return first, second, third


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("day", [
    date(2026, 1, 31), date(2026, 2, 15), date(2026, 3, 1), date(2026, 3, 2), date(2026, 4, 20), date(2026, 5, 3),
    date(2026, 5, 5), date(2026, 9, 1),
])  # fmt: skip
def test_it_ties_to_the_trial_balance_at_every_instant(session, trade, story, side, day):
    party = trade.seller if side is Side.RECEIVABLE else trade.buyer
    role = Role.RECEIVABLE if side is Side.RECEIVABLE else Role.PAYABLE
    found = queries.ageing(session, party.id, side, day)
    assert found.difference == Money(0)
    year = Period(date(2026, 1, 1), day + timedelta(days=1))
    books = [
        line.closing for line in trial_balance(session, party.id, year).lines if line.account.role == role
    ]
    sign = 1 if side is Side.RECEIVABLE else -1
    assert found.booked.minor == sign * sum(each.minor for each in books)


def test_each_invoice_stands_in_the_column_of_its_age(session, trade, story):
    found = queries.ageing(session, trade.seller.id, Side.RECEIVABLE, date(2026, 7, 1))
    (line,) = found.lines
    assert line.party_id == trade.buyer.id
    assert {key: amount.minor for key, amount in line.open.items() if amount.minor} == {
        Bucket.OVER_90: 29_325, Bucket.TO_60: 11_797,
    }  # fmt: skip


def test_a_buyer_owes_from_its_approval(session, trade, story):
    sent, approved = (
        queries.ageing(session, trade.buyer.id, Side.PAYABLE, date(2026, 2, day)) for day in (15, 18)
    )
    assert (sent.total, approved.total) == (Money(0), Money(39_325))


def test_a_late_payment_that_counts_later_ties_on_every_day_between(session, trade, at):
    sent = trade.approve(
        trade.send(trade.draft(at=at - timedelta(days=90), **DAYS), at=at - timedelta(days=90))
    )
    close_period(
        session, party_id=trade.seller.id, period=Period(date(2026, 7, 1), date(2026, 8, 1)), actor=trade.member, at=at
    )  # fmt: skip
    trade.pay(sent, paid_on=date(2026, 7, 20))
    for day, left in ((date(2026, 7, 25), 39_325), (date(2026, 8, 1), 0)):
        found = queries.ageing(session, trade.seller.id, Side.RECEIVABLE, day)
        assert (found.total.minor, found.difference.minor) == (left, 0)


def test_the_statement_ends_with_what_is_open(session, trade, story):
    on = date(2026, 9, 1)
    steps = queries.steps(session, trade.seller.id, Side.RECEIVABLE, trade.buyer.id, on)
    assert [step.kind for step, _ in steps] == ["invoice", "payment", "invoice", "credit_note", "invoice"]
    items = queries.open_items(session, trade.seller.id, Side.RECEIVABLE, on, other_id=trade.buyer.id)
    assert steps[-1][1] == sum((item.open for item in items), Money(0)) == Money(29_325 + 11_797 + 7_865)
    assert queries.open_items(session, trade.seller.id, Side.RECEIVABLE, on, other_id=trade.partner.id) == []
