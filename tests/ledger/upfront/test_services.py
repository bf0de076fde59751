"""A supplier from outside is paid before his invoice: it stands apart, pays his invoices, comes back, is undone."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.money import Money
from ledger.ahead.errors import PayerIsOther
from ledger.aheaddesk import services as desk
from ledger.aheaddesk.errors import InvoiceInFile
from ledger.bank.errors import NotOpen
from ledger.bank.models import BankBooking
from ledger.batches.services import make_batch
from ledger.books.errors import FloorPassed
from ledger.incoming.models import IncomingAccount, IncomingPayment, IncomingSender
from ledger.takeback.services import take_payment_back
from ledger.upfront import errors, queries, services
from tests.ledger.bankdesk.conftest import STRANGE

ON = date(2026, 12, 31)


def test_it_stands_apart_until_his_invoice_takes_it(upfront):
    upfront.book("-200.00")
    assert upfront.inbox.books() == {"bank": -20_000, "advance_given": 20_000}
    upfront.ties(ON)
    first = upfront.invoice("2026-101")
    before = upfront.inbox.books()["bank"]
    paid = upfront.set_off(first)
    assert (paid.amount, first.open, first.state) == (first.total, Money(0), "settled")
    assert (upfront.one().upfront, upfront.inbox.books()["bank"]) == (20_000 - first.total, before)
    upfront.ties(ON)
    second = upfront.invoice("2026-102", price="233.33")
    upfront.set_off(second)
    assert second.open == Money(second.total - (20_000 - first.total))
    assert upfront.one() == (upfront.sender.id, upfront.sender.public_id, upfront.sender.name, 0, 0)
    with pytest.raises(errors.NothingUpfront):
        upfront.set_off(second)
    upfront.ties(ON)


def test_what_he_owes_after_a_credit_note_pays_another_invoice(upfront):
    first = upfront.invoice("2026-101")
    upfront.inbox.pay(first)
    note = upfront.inbox.take(upfront.inbox.note(of="2026-101"))
    upfront.inbox.approve(note)
    owed = upfront.one().owed
    assert owed == note.total
    second = upfront.invoice("2026-102")
    upfront.set_off(second)
    assert upfront.one().free == owed - min(owed, second.total)
    back = upfront.session.scalars(
        select(IncomingPayment).where(IncomingPayment.upfront, IncomingPayment.amount < 0)
    ).one()
    assert back.incoming_id == first.id
    with pytest.raises(errors.UpfrontUsed):
        take_payment_back(upfront.session, payment=back, reason="Fout", actor=upfront.actor, at=upfront.at)
    forth = upfront.session.scalars(
        select(IncomingPayment).where(IncomingPayment.upfront, IncomingPayment.amount > 0)
    ).one()
    for each in (forth, back):
        take_payment_back(upfront.session, payment=each, reason="Fout", actor=upfront.actor, at=upfront.at)
    assert (upfront.one().upfront, upfront.one().owed) == (0, owed)
    upfront.ties(ON)


def test_it_comes_back_and_never_more_than_stands_there(upfront):
    upfront.book("-200.00")
    upfront.book("150.00")
    assert upfront.one().upfront == 5_000
    with pytest.raises(errors.BackAboveUpfront, match=r"50\.00"):
        upfront.book("50.01")
    upfront.ties(ON)


def test_what_was_used_is_not_taken_back_and_what_was_not_is(upfront):
    held = upfront.book("-200.00")
    paid = upfront.set_off(upfront.invoice("2026-101"))
    with pytest.raises(errors.UpfrontUsed):
        upfront.take_back(held)
    take_payment_back(upfront.session, payment=paid, reason="Fout", actor=upfront.actor, at=upfront.at)
    assert upfront.take_back(held)
    assert (held.state, upfront.one().free, upfront.inbox.books()["payable"]) == ("open", 0, -paid.amount)
    upfront.ties(ON)
    services.book(
        upfront.session, entry=held, sender=upfront.sender.public_id, actor=upfront.actor, at=upfront.at
    )
    assert upfront.one().upfront == 20_000
    with pytest.raises(NotOpen):
        services.book(
            upfront.session, entry=held, sender=upfront.sender.public_id, actor=upfront.actor, at=upfront.at
        )


def test_another_supplier_and_a_waiting_invoice_get_nothing_of_it(upfront):
    upfront.book("-200.00")
    waits = upfront.inbox.take(number="2026-101")
    with pytest.raises(errors.NotPayableNow):
        upfront.set_off(waits)
    other = upfront.inbox.take(number="A-1", seller={"name": "Ander", "kvk": "12345678"})
    upfront.inbox.approve(other)
    with pytest.raises(errors.NotPayableNow):
        upfront.set_off(other)
    with pytest.raises(errors.SupplierUnknown):
        upfront.set_off(waits, party_id=upfront.trade.partner.id)


def test_an_invoice_in_an_open_file_is_not_set_off(upfront):
    upfront.book("-200.00")
    held = upfront.invoice("2026-101")
    make_batch(upfront.session, payer=upfront.buyer, actor=upfront.actor, at=upfront.at, faults=[])
    with pytest.raises(InvoiceInFile):
        desk.set_off_upfront(
            upfront.session, sender=upfront.sender.public_id, incoming=held.public_id,
            party_id=upfront.buyer.id, actor=upfront.actor, at=upfront.at,
        )  # fmt: skip


def test_a_bank_never_tells_of_what_was_set_off(upfront):
    upfront.book("-100.00")
    held = upfront.invoice("2026-101")
    assert upfront.set_off(held).amount == 10_000
    told = upfront.money("-100.00", mark=held.mark)
    assert (told.state, held.open) == ("open", Money(held.total - 10_000))


def test_a_new_supplier_is_known_again_by_his_number(upfront):
    facts = {"actor": upfront.actor, "at": upfront.at, "sure": False}
    desk.book(
        upfront.session, entry=upfront.money("-75.00"), other=0, name="Drukkerij", kvk="68750110", vat_id="", **facts
    )  # fmt: skip
    made = upfront.session.scalars(select(IncomingSender).where(IncomingSender.kvk == "68750110")).one()
    held = upfront.inbox.take(number="2026-101", seller={"kvk": "68750110"})
    assert held.sender_id == made.id
    with pytest.raises(errors.SupplierUnnamed):
        desk.book(
            upfront.session, entry=upfront.money("-5.00"), other=0, name="Zonder", kvk="", vat_id="", **facts
        )
    with pytest.raises(errors.SupplierUnknown):
        desk.book(
            upfront.session, entry=upfront.money("-5.00"), other=-99_999, name="", kvk="", vat_id="", **facts
        )


def test_the_account_of_another_asks_whether_it_is_right(upfront):
    sender = upfront.sender
    other = upfront.inbox.take(number="A-1", seller={"name": "Ander", "kvk": "12345678"}).sender
    upfront.session.add(
        IncomingAccount(
            sender_id=other.id, iban=STRANGE, checked_at=upfront.at, checked_by_id=upfront.actor.user_id
        )
    )
    held = upfront.money("-20.00")
    facts = {"entry": held, "actor": upfront.actor, "at": upfront.at}
    with pytest.raises(PayerIsOther, match="Ander"):
        services.book(upfront.session, sender=sender.public_id, **facts)
    services.book(upfront.session, sender=sender.public_id, sure=True, **facts)
    assert held.state == "booked"


ANEW = "INSERT INTO bank_booking (entry_id, kind, amount, why, sender_id, transfer_id, role, made_at)"
OTHERS = "(SELECT id FROM incoming_sender ORDER BY id DESC LIMIT 1)"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bank_booking SET sender_id = NULL WHERE kind = 'upfront'",
        f"{ANEW} SELECT entry_id, 'upfront', amount, why, sender_id, NULL, '', made_at FROM bank_booking",
        f"{ANEW} SELECT entry_id, 'upfront', amount, why, NULL, transfer_id, '', made_at FROM bank_booking",
        f"{ANEW} SELECT entry_id, 'upfront', amount, why, {OTHERS}, transfer_id, '', made_at FROM bank_booking",
        "UPDATE incoming_payment SET upfront = false",
    ],
)
def test_the_database_holds_it_too(upfront, statement):
    upfront.book("-200.00")
    upfront.set_off(upfront.invoice("2026-101"))
    upfront.session.add(
        IncomingSender(
            buyer_id=upfront.trade.partner.id, party_id=None, name="Van een ander", plain_name="vaneenander",
            kvk="", vat_id="", since=upfront.at,
        )
    )  # fmt: skip
    upfront.session.flush()
    with pytest.raises(DatabaseError), upfront.session.begin_nested():
        upfront.session.execute(text(statement))


def test_the_books_never_let_it_fall_below_zero(upfront):
    upfront.book("-20.00")
    held = upfront.invoice("2026-101")
    with pytest.raises(FloorPassed), upfront.session.begin_nested():
        upfront.inbox.pay(held, upfront=True)
    assert upfront.session.query(BankBooking).count() == 1
    assert queries.stands(upfront.session, upfront.sender.id) == 2_000
