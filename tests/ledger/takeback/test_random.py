"""Test 17 of the matrix: whatever is sold, bought, paid, credited, paid back and taken back, the books hold."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import case, func, select, text

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.accounts.models import Account
from ledger.ageing.queries import ageing
from ledger.ageing.rules import Side
from ledger.invoicing.models import Invoice, InvoiceVat
from ledger.invoicing.rules import InvoiceState
from ledger.invoicing.services import credit_invoice
from ledger.payments.models import Payment
from ledger.payments.services import record_refund
from ledger.returns.queries import overview
from ledger.takeback.services import take_payment_back

QUARTER, END = Period.quarter(2026, 3), date(2026, 12, 31)
STEPS = 14


def step(trade, rng):
    """One act that fits what is there now."""
    session = trade.session
    invoices = session.scalars(select(Invoice).where(Invoice.credits_id.is_(None)).order_by(Invoice.id)).all()
    held = rng.choice(invoices) if invoices and rng.random() < 0.8 else None
    if held is None:
        trade.send(quantity=str(Decimal(rng.randint(1, 40)) / 4))
    elif held.state is InvoiceState.SENT:
        trade.approve(held)
    elif held.state is InvoiceState.APPROVED and rng.random() < 0.7:
        cents = rng.randint(1, held.open.minor)
        trade.pay(held, Money(rng.choice([cents, held.open.minor])).plain())
    elif held.open.minor < 0:
        trade.keys += 1
        record_refund(
            session, invoice=held, amount=-held.open, paid_on=date(2026, 9, 1), reference="", key=f"r{trade.keys}",
            actor=trade.purchaser, at=trade.at,
        )  # fmt: skip
    elif held.paid_amount and rng.random() < 0.5:
        live = session.scalars(
            select(Payment)
            .where(Payment.invoice_id == held.id, Payment.undone_at.is_(None))
            .order_by(Payment.id)
        ).all()
        take_payment_back(session, payment=live[-1], reason="Fout", actor=trade.purchaser, at=trade.at)
    elif not held.credited_amount:
        left = session.execute(
            text("SELECT id, quantity FROM invoice_line WHERE invoice_id = :i"), {"i": held.id}
        ).one()
        credit_invoice(
            session, invoice=held, quantities={left.id: min(left.quantity, Decimal("0.25"))}, reason="Minder gedaan",
            actor=trade.member, at=trade.at,
        )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_17_random_sales_payments_refunds_and_what_is_taken_back_leave_books_that_tie(trade, seed):
    rng, session = Random(seed), trade.session
    for _ in range(STEPS):
        step(trade, rng)
    session.flush()
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for party in (trade.seller, trade.buyer):
        assert session.scalar(select(func.sum(Account.posted)).where(Account.party_id == party.id)) == 0
        found = overview(session, party.id, QUARTER)
        assert found.ties
        assert found.output.others == found.input.others == ()
    sides = [(trade.seller, Side.RECEIVABLE), (trade.buyer, Side.PAYABLE)]
    aged = [ageing(session, party.id, side, END) for party, side in sides]
    assert [each.difference for each in aged] == [Money(0)] * 2
    signed = func.sum(
        case((Invoice.credits_id.is_(None), InvoiceVat.vat_amount), else_=-InvoiceVat.vat_amount)
    )
    sent = (
        select(signed).join(Invoice, Invoice.id == InvoiceVat.invoice_id).where(Invoice.sent_at.is_not(None))
    )
    assert overview(session, trade.seller.id, QUARTER).owed == Money(int(session.scalar(sent)))
