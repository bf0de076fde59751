"""The VAT overview from the invoices ties to the VAT accounts, whatever was sent, approved and credited."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books import services as books
from ledger.books.rules import Leg
from ledger.invoicing.services import credit_invoice
from ledger.returns import queries

Q3 = Period.quarter(2026, 3)


def sold(trade, code, quantity="10", **facts):
    trade.agree(trade.work(vat=code))
    draft = trade.draft(quantity, exemption_reason="Onderwijs" if code == "exempt" else "", **facts)
    return trade.send(draft)


@pytest.fixture
def busy(trade):
    """One of each kind sold and approved; of the first a part credited."""
    trade.buyer.vat_id = "NL000099998B57"
    codes = ("standard", "reduced", "zero", "exempt", "reverse_charge", "outside")
    invoices = {code: sold(trade, code) for code in codes}
    for code, invoice in invoices.items():
        trade.approve(invoice, agreement=invoice.agreement, note=code)
    first = invoices["standard"]
    credit_invoice(
        trade.session, invoice=first, quantities={first.lines[0].id: Decimal(4)}, reason="Te veel uren",
        actor=trade.member, at=trade.at,
    )  # fmt: skip
    return invoices


def rows(found):
    return {row.key: (row.box, row.count, row.net.minor, row.vat.minor) for row in found.rows}


def test_the_seller_sees_each_code_in_its_box_and_it_ties(session, trade, busy):
    found = queries.overview(session, trade.seller.id, Q3)
    assert rows(found) == {
        "standard": ("1a", 2, 19_500, 4_095), "reduced": ("1b", 1, 32_500, 2_925), "zero": ("1e", 1, 32_500, 0),
        "reverse_charge": ("1e", 1, 32_500, 0), "exempt": (None, 1, 32_500, 0), "outside": (None, 1, 32_500, 0),
    }  # fmt: skip
    assert found.ties
    assert found.output.booked == Money(7_020)
    assert found.payable == Money(7_020)


def test_the_buyer_sees_what_comes_back_and_declares_what_was_shifted(session, trade, busy):
    found = queries.overview(session, trade.buyer.id, Q3)
    assert rows(found) == {
        "shifted": ("2a", 1, 32_500, 6_825), "input": ("5b", 3, 52_000, 7_020),
    }  # fmt: skip
    assert (found.owed, found.back) == (Money(6_825), Money(7_020 + 6_825))
    assert found.ties
    assert (found.output.booked, found.input.booked) == (found.owed, found.back)


def test_who_gets_no_vat_back_declares_what_was_shifted_all_the_same(session, trade):
    trade.buyer.vat_id, trade.buyer.anchor_type = "NL000099998B57", "housing_corporation"
    for code in ("standard", "reverse_charge"):
        trade.approve(sold(trade, code), agreement=trade.agreement)
    found = queries.overview(session, trade.buyer.id, Q3)
    assert rows(found) == {"shifted": ("2a", 1, 32_500, 6_825), "input_lost": (None, 1, 32_500, 6_825)}
    assert (found.owed, found.back, found.ties) == (Money(6_825), Money(0), True)


def test_another_period_holds_none_of_it(session, trade, busy):
    for party in (trade.seller, trade.buyer):
        assert queries.overview(session, party.id, Period.quarter(2026, 2)).rows == ()


def test_what_else_moved_the_account_is_named_and_what_nobody_explains_is_a_difference(session, trade, busy):
    party = trade.seller.id
    accounts = [open_account(session, party_id=party, role=role) for role in (Role.VAT_OUTPUT, Role.BANK)]
    legs = [Leg(accounts[0], 1_000), Leg(accounts[1], -1_000)]
    books.post(session, key="tax", kind="vat_paid", legs=legs, at=trade.at)
    found = queries.overview(session, party, Q3)
    assert found.output.others == (("vat_paid", Money(-1_000)),)
    assert found.ties
    books.post(session, key="odd", kind="invoice_sent", legs=legs, at=trade.at)
    assert queries.overview(session, party, Q3).output.difference == Money(-1_000)


@pytest.mark.parametrize("side", ["seller", "buyer"])
def test_every_figure_is_the_sum_of_its_invoices(session, trade, busy, side):
    party = getattr(trade, side).id
    for row in queries.overview(session, party, Q3).rows:
        lines = queries.lines(session, party, Q3, row.key)
        assert len(lines) == row.count, row.key
        assert sum((line.net for line in lines), Money(0)) == row.net, row.key
        assert sum((line.vat for line in lines), Money(0)) == row.vat, row.key


def test_an_invoice_of_the_last_day_counts_in_its_quarter(session, trade, at):
    late = at.replace(month=9, day=30, hour=21, minute=59)
    trade.send(trade.draft(at=late), at=late)
    trade.send(trade.draft(at=late), at=late + timedelta(minutes=2))
    counts = [
        queries.overview(session, trade.seller.id, Period.quarter(2026, n)).rows[0].count for n in (3, 4)
    ]
    assert counts == [1, 1]
    assert queries.lines(session, trade.seller.id, Q3, "standard")[0].day == date(2026, 9, 30)
