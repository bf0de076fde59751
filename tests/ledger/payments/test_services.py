"""Payments through the services; the books of both parties tie to open invoices."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from cwb.kernel import events
from cwb.kernel.errors import Refusal
from cwb.kernel.money import CurrencyMismatch, Money
from cwb.kernel.period import Period
from ledger.accounts.models import Account
from ledger.agreements.queries import agreement_by_id
from ledger.approval.services import dispute_invoice
from ledger.invoicing import queries as invoicing
from ledger.invoicing.events import InvoicePaid
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import credit_invoice
from ledger.payments import errors, queries
from ledger.payments.models import Payment
from ledger.payments.services import record_payment, record_refund


def credit(trade, invoice, quantity):
    return credit_invoice(
        trade.session, invoice=invoice, quantities={invoice.lines[0].id: Decimal(quantity)}, reason="Te veel",
        actor=trade.member, at=trade.at,
    )  # fmt: skip


def refund(trade, invoice, amount):
    trade.keys += 1
    return record_refund(
        trade.session, invoice=invoice, amount=Money.of(amount), paid_on=date(2026, 9, 1), reference="",
        key=f"terug:{trade.keys}", actor=trade.purchaser, at=trade.at,
    )  # fmt: skip


def pay_in(trade, invoice, amount):
    return record_payment(
        trade.session, invoice=invoice, amount=amount, paid_on=date(2026, 9, 1), reference="", key="vreemd",
        actor=trade.purchaser, at=trade.at,
    )  # fmt: skip


def now(trade, invoice):
    return invoicing.locked(trade.session, invoice.id)


def test_a_part_and_the_rest(trade):
    sent = trade.approve(trade.send())
    trade.pay(sent, "100.00")
    assert (now(trade, sent).state, now(trade, sent).open.plain()) == ("approved", "293.25")
    trade.pay(sent, "293.25")
    assert (now(trade, sent).state, now(trade, sent).paid.plain()) == ("paid", "393.25")
    assert [p.money.plain() for p in queries.payments(trade.session, sent.id)] == ["100.00", "293.25"]
    trade.session.commit()


def test_too_much_is_refused_with_what_is_open(trade):
    sent = trade.approve(trade.send())
    with pytest.raises(errors.PaymentAboveOpen) as caught:
        trade.pay(sent, "393.26")
    assert caught.value.facts["open"] == sent.open
    trade.pay(sent)
    with pytest.raises(errors.AlreadyPaid):
        trade.pay(sent, "0.01")


def test_another_currency_is_refused(trade):
    sent = trade.approve(trade.send())
    with pytest.raises(CurrencyMismatch):
        pay_in(trade, sent, Money(100, "NWE"))


def test_what_was_not_approved_is_not_paid(trade):
    draft = trade.draft()
    with pytest.raises(errors.NotPayable):
        trade.pay(draft)
    sent = trade.send(draft)
    with pytest.raises(errors.NotPayable):
        trade.pay(sent)
    note = credit(trade, sent, "1")
    with pytest.raises(errors.NotPayable):
        trade.pay(note, "1.00")


def test_one_key_is_one_payment(trade):
    sent = trade.approve(trade.send())
    first = trade.pay(sent, "100.00", key="bank:7")
    assert trade.pay(sent, "100.00", key="bank:7").id == first.id
    with pytest.raises(errors.KeyUsed):
        trade.pay(sent, "101.00", key="bank:7")
    assert now(trade, sent).paid.plain() == "100.00"


def test_a_payment_that_looks_like_an_earlier_one_is_refused(trade):
    sent = trade.approve(trade.send())
    trade.pay(sent, "100.00", reference="afschrift 12")
    with pytest.raises(errors.LooksDouble):
        trade.pay(sent, "100.00", reference=" afschrift 12 ")
    trade.pay(sent, "100.00", reference="afschrift 13")
    assert now(trade, sent).paid.plain() == "200.00"


def test_credit_after_payment_is_paid_back(trade):
    sent = trade.approve(trade.send())
    trade.pay(sent)
    credit(trade, sent, "4")
    assert now(trade, sent).open.plain() == "-157.30"
    with pytest.raises(errors.PaymentAboveOpen):
        refund(trade, sent, "157.31")
    refund(trade, sent, "157.30")
    assert (now(trade, sent).open.minor, now(trade, sent).state) == (0, "paid")
    with pytest.raises(errors.NothingToRefund):
        refund(trade, sent, "0.01")
    credit(trade, sent, "6")
    refund(trade, sent, "235.95")
    assert now(trade, sent).state == "credited"
    trade.session.commit()


def test_credit_of_the_rest_makes_it_paid_and_tells_once(trade):
    told = []
    heard = dict(trade.session.info["cwb.listeners"])
    heard[InvoicePaid] = (*heard.get(InvoicePaid, ()), lambda _session, event: told.append(event.invoice_id))
    events.listen(trade.session, heard)
    sent = trade.approve(trade.send())
    trade.pay(sent, "235.95")
    assert told == []
    credit(trade, sent, "4")
    held = now(trade, sent)
    assert (held.state, held.paid_on, told) == ("paid", date(2026, 9, 1), [sent.id])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payment SET amount = 1",
        "DELETE FROM payment",
        "TRUNCATE payment",
        "UPDATE invoice SET paid_amount = paid_amount - 1, state = 'approved'",
        "UPDATE invoice SET paid_amount = paid_amount - 1, credited_amount = 1",
    ],
)
def test_the_database_keeps_payments_and_their_sum(trade, change):
    trade.pay(trade.approve(trade.send()))
    trade.session.commit()
    with pytest.raises(DatabaseError), trade.session.begin_nested():
        trade.force(change)


def tie(trade):
    """What the books say each side owes is what its invoices say."""
    session = trade.session
    session.expire_all()
    for party, column, role, sign, known in (
        (trade.seller, Invoice.seller_id, "receivable", 1, Invoice.state != "draft"),
        (trade.buyer, Invoice.buyer_id, "payable", -1, Invoice.approved_at.is_not(None)),
    ):
        total = func.coalesce(func.sum(invoicing.open_amount()), 0)
        still = session.scalar(select(total).where(column == party.id, Invoice.kind == "invoice", known))
        posted = func.coalesce(func.sum(Account.posted), 0)
        booked = session.scalar(select(posted).where(Account.party_id == party.id, Account.role == role))
        assert booked == sign * still
        assert session.scalar(select(posted).where(Account.party_id == party.id)) == 0
    assert_vat(session, trade)


def assert_vat(session, trade):
    wanted = invoicing.Wanted(party_id=trade.seller.id, side="seller")
    shown = sum(tax.minor for _, _, _, tax in invoicing.vat_sums(session, wanted, date(2026, 9, 1)))
    posted = func.coalesce(func.sum(Account.posted), 0)
    booked = session.scalar(
        select(posted).where(Account.party_id == trade.seller.id, Account.role == "vat_output")
    )
    assert booked == -shown


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["send", "approve", "dispute", "credit", "pay", "refund"]), st.integers(0, 5),
        st.decimals("0.01", "9", places=2),
    ),
    min_size=1, max_size=14,
)  # fmt: skip


def act(trade, kind, sent, place, amount):
    """One act on one of the invoices; a refused one leaves nothing."""
    if kind == "send":
        sent.append(trade.send(trade.draft(amount)).id)
        return
    chosen = invoicing.invoice_by_id(trade.session, sent[place % len(sent)])
    if kind == "approve":
        trade.approve(chosen)
    elif kind == "dispute":
        dispute_invoice(trade.session, invoice=chosen, reason="Nee", actor=trade.purchaser, at=trade.at)
    elif kind == "credit":
        credit(trade, chosen, amount)
    elif kind == "pay":
        trade.pay(chosen, str(amount * 10))
    else:
        refund(trade, chosen, str(amount))


@given(ACTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_acts_the_books_of_both_tie_to_open_invoices(trade, acts):
    sent = []
    agreement_id = trade.agree().id
    for kind, place, amount in acts:
        trade.agreement = agreement_by_id(trade.session, agreement_id)
        with suppress(Refusal, ZeroDivisionError), trade.session.begin_nested():
            act(trade, kind, sent, place, amount)
    trade.force()
    trade.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    tie(trade)


def test_how_fast_an_anchor_pays(trade):
    late, soon, never = (trade.approve(trade.send()) for _ in range(3))
    later = trade.at + timedelta(days=60)
    trade.pay(soon, paid_on=date(2026, 9, 21), at=later)
    trade.pay(late, paid_on=date(2026, 10, 11), at=later)
    (row,) = queries.payment_days(trade.session, Period.parse("2026"), date(2026, 10, 31))
    assert (row.paid, row.within, row.days, row.late) == (2, 1, 60, 1)
    assert (row.mean_days, row.publishable) == (30, False)
    (row,) = queries.payment_days(trade.session, Period.parse("2026-Q3"), date(2026, 10, 31))
    assert (row.paid, row.within, row.late) == (1, 1, 0)
    assert now(trade, never).state == "approved"


@pytest.mark.slow
def test_two_payments_at_once_pay_once(at_once, build_trade, at):
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        sent = trade.approve(trade.send())
        invoice_id, amount, actor = sent.id, sent.open, trade.purchaser

    def paying(key):
        def act(session):
            return record_payment(
                session, invoice=invoicing.invoice_by_id(session, invoice_id), amount=amount,
                paid_on=date(2026, 9, 1), reference="", key=key, actor=actor, at=at,
            ).key  # fmt: skip

        return act

    answers = at_once.run(paying("a"), paying("a"), paying("b"), paying("c"))
    with at_once.atomic() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 1
        assert session.get(Invoice, invoice_id).state == "paid"
    assert answers.count("AlreadyPaid") >= 2
