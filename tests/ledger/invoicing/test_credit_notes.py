"""Credit notes through the services, and what lists and steps say of them."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from ledger.accounts.models import Account
from ledger.agreements.errors import LinesMissing, TextMissing
from ledger.invoicing import errors, queries, services
from ledger.invoicing.models import Invoice, InvoiceStep


def balance(trade, party, role):
    return trade.session.scalar(
        select(func.coalesce(func.sum(Account.posted), 0)).where(
            Account.party_id == party.id, Account.role == role
        )
    )


def credit(trade, invoice, quantity, reason="Te veel uren", **facts):
    lines = {invoice.lines[0].id: Decimal(quantity)}
    return services.credit_invoice(
        trade.session, invoice=invoice, quantities=facts.pop("quantities", lines), reason=reason, actor=trade.member,
        at=trade.at, **facts,
    )  # fmt: skip


def test_a_credit_note_takes_off_and_shares_the_series(trade):
    sent = trade.send()
    note = credit(trade, sent, "4")
    assert (note.number, note.total.minor, note.credits_id) == ("2026-0002", 15730, sent.id)
    held = queries.locked(trade.session, sent.id)
    assert (held.open.minor, held.state) == (23595, "sent")
    assert balance(trade, trade.seller, "receivable") == 23595
    trade.session.commit()


def test_a_credit_note_is_never_above_its_invoice(trade):
    sent = trade.send()
    credit(trade, sent, "6")
    with pytest.raises(errors.CreditLineAboveInvoice):
        credit(trade, sent, "4.5")
    credit(trade, sent, "4")
    assert queries.locked(trade.session, sent.id).state == "credited"
    assert balance(trade, trade.seller, "receivable") == 0
    with pytest.raises(errors.NotCreditable):
        credit(trade, sent, "1")


def test_a_cent_gained_by_rounding_is_refused(trade):
    trade.agree(trade.work(unit_price=Decimal("0.025")))
    sent = trade.send(quantities={trade.agreement.lines[0].id: Decimal(2)})
    credit(trade, sent, "1")
    with pytest.raises(errors.CreditAboveInvoice):
        credit(trade, sent, "1")


def test_wrong_credits_are_refused(trade):
    draft = trade.draft()
    with pytest.raises(errors.NotCreditable):
        credit(trade, draft, "1")
    sent = trade.send(draft)
    with pytest.raises(TextMissing):
        credit(trade, sent, "1", reason=" ")
    with pytest.raises(LinesMissing):
        credit(trade, sent, "0")
    with pytest.raises(errors.LineOfOtherAgreement):
        credit(trade, sent, "1", quantities={0: Decimal(1)})
    note = credit(trade, sent, "1")
    with pytest.raises(errors.NotCreditable):
        credit(trade, note, "1")


def test_the_database_refuses_a_credit_that_does_not_fit(trade):
    sent = trade.send()
    note = credit(trade, sent, "1")
    with pytest.raises(DatabaseError), trade.session.begin_nested():
        trade.session.execute(
            text("UPDATE invoice SET credited_amount = total_amount + 1 WHERE id = :id"), {"id": sent.id}
        )
    assert note.is_credit_note


def test_what_happened_is_told_in_order(trade):
    sent = trade.send()
    credit(trade, sent, "1")
    trade.pay(trade.approve(sent))
    assert [each.kind for each in queries.steps(trade.session, sent.id)] == [
        "sent", "credited", "approval", "approved", "payment", "paid",
    ]  # fmt: skip
    assert trade.session.scalar(select(func.count()).select_from(InvoiceStep)) == 8


def test_sums_take_credit_notes_off(trade):
    sent = trade.send()
    credit(trade, sent, "4")
    wanted = queries.Wanted(party_id=trade.seller.id)
    sums = queries.sums(trade.session, wanted, date(2026, 9, 1))
    assert (sums.count, sums.net.minor, sums.total.minor, sums.open.minor) == (2, 19500, 23595, 23595)
    ((category, percent, net, tax),) = queries.vat_sums(trade.session, wanted, date(2026, 9, 1))
    assert (category, percent, net.minor, tax.minor) == ("S", 21, 19500, 4095)
    assert trade.session.get(Invoice, sent.id).credited.minor == 15730
