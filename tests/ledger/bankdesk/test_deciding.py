"""What a person decides about an entry that waits: this invoice, something else, leave it, put it back."""

import pytest

from cwb.kernel.period import Period
from ledger.agreements.errors import TextMissing
from ledger.bank import errors, queries, rules, services
from ledger.books.errors import PeriodClosed
from ledger.closing.services import close_period
from ledger.takeback import services as takeback
from tests.ledger.bankdesk.conftest import camt, row
from tests.ledger.bankdesk.test_import import approved, balances, paid, state


@pytest.fixture
def waits(desk):
    """One entry of an amount, without a word about what it is for."""

    def make(amount, **facts):
        desk.take(camt("S1", "0.00", amount, row(amount, ref="A", **facts)))
        return desk.entry()

    return make


def facts(desk):
    return {"actor": desk.trade.member, "at": desk.trade.at}


@pytest.mark.parametrize(
    ("amount", "open_", "bookings"),
    [
        ("393.25", "0.00", [("payment", 39325, "person")]),
        ("100.00", "293.25", [("payment", 10000, "person")]),
        ("400.00", "0.00", [("payment", 39325, "person"), ("credit", 675, "rest")]),
    ],
)
@pytest.mark.parametrize("by", ["number", "payment_reference"])
def test_a_person_says_which_invoice_it_is(desk, waits, amount, open_, bookings, by):
    sent = approved(desk)
    held = waits(amount)
    services.choose_invoice(
        desk.trade.session, entry=held, number=f" {getattr(sent, by).lower()} ", **facts(desk)
    )
    assert (state(desk, sent)[1], desk.bookings(), held.state) == (open_, bookings, "booked")


def test_another_number_is_no_invoice_of_these_two(desk, waits):
    held = waits("393.25")
    with pytest.raises(errors.NotThisInvoice):
        services.choose_invoice(desk.trade.session, entry=held, number="2026-9999", **facts(desk))
    assert (held.state, paid(desk)) == ("open", [])


def test_what_was_offered_is_booked_as_a_whole(desk, waits):
    sent = approved(desk)
    held = waits("393.25", text=f"betreft {sent.number}")
    claims = queries.claims(desk.trade.session, desk.trade.seller.id, incoming=True)
    offered = rules.accepted(rules.match(queries.as_read(held), claims, 0), 39325)
    services.book_shares(desk.trade.session, entry=held, shares=offered, **facts(desk))
    assert (state(desk, sent), desk.bookings()) == (("paid", "0.00"), [("payment", 39325, "number")])


def test_shares_that_do_not_make_the_entry_are_refused(desk, waits):
    sent = approved(desk)
    held = waits("100.00")
    [claim] = queries.claims(
        desk.trade.session, desk.trade.seller.id, incoming=True
    ).by_reference[sent.payment_reference]  # fmt: skip
    for shares in ([], [rules.Share(claim, 9_999, rules.Why.PERSON)]):
        with pytest.raises(errors.NotThisInvoice):
            services.book_shares(desk.trade.session, entry=held, shares=shares, **facts(desk))
    assert paid(desk) == []


@pytest.mark.parametrize("amount", ["12.50", "-12.50"])
def test_costs_and_interest_need_no_invoice_and_can_be_put_back(desk, amount):
    desk.take(camt("S1", "20.00", f"{20 + float(amount):.2f}", row(amount, ref="A")))
    held, cents = desk.entry(), round(float(amount) * 100)
    services.book_other(desk.trade.session, entry=held, role="fee_expense", **facts(desk))
    assert balances(desk, desk.trade.seller) == {"bank": cents, "fee_expense": -cents}
    takeback.take_back(desk.trade.session, entry=held, **facts(desk))
    assert (balances(desk, desk.trade.seller), held.state) == ({}, "open")
    services.book_other(desk.trade.session, entry=held, role="expense", **facts(desk))
    assert balances(desk, desk.trade.seller) == {"bank": cents, "expense": -cents}


def test_what_is_left_says_why_and_can_be_put_back(desk, waits):
    held = waits("5.00")
    with pytest.raises(TextMissing):
        services.leave(desk.trade.session, entry=held, reason="  ", **facts(desk))
    services.leave(desk.trade.session, entry=held, reason="Hoort bij vorig jaar", **facts(desk))
    assert (held.state, held.note, desk.bookings()) == ("left", "Hoort bij vorig jaar", [])
    takeback.take_back(desk.trade.session, entry=held, **facts(desk))
    assert (held.state, held.note) == ("open", "")


@pytest.mark.parametrize(
    "act",
    [
        lambda session, held, facts: services.choose_invoice(session, entry=held, number="1", **facts),
        lambda session, held, facts: services.book_other(session, entry=held, role="expense", **facts),
        lambda session, held, facts: services.leave(session, entry=held, reason="Dubbel", **facts),
    ],
    ids=["invoice", "other", "leave"],
)
def test_what_is_decided_is_not_decided_again(desk, waits, act):
    held = waits("5.00")
    services.leave(desk.trade.session, entry=held, reason="Hoort bij vorig jaar", **facts(desk))
    with pytest.raises(errors.NotOpen):
        act(desk.trade.session, held, facts(desk))
    assert desk.bookings() == []


def test_nothing_is_booked_in_a_closed_month(desk):
    july = {"day": "2026-07-30"}
    desk.take(camt("S1", "0.00", "5.00", row("5.00", ref="A", **july), **july))
    seller, period = desk.trade.seller.id, Period.parse("2026-07-01/2026-08-01")
    close_period(desk.trade.session, party_id=seller, period=period, **facts(desk))
    held = desk.entry()
    with pytest.raises(PeriodClosed), desk.trade.session.begin_nested():
        services.book_other(desk.trade.session, entry=held, role="cash", **facts(desk))
    assert (held.state, desk.bookings()) == ("open", [])
