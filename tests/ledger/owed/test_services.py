"""What was credited after it was paid is set off or goes back, once, and the books tie."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from cwb.identity.models import Organisation
from cwb.kernel.identifiers import Iban
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.notifications.models import Mail
from ledger.ahead import errors
from ledger.ahead import queries as ahead_queries
from ledger.ahead.services import agree_payback, book_payback, drop_payback
from ledger.aheaddesk import services as desk
from ledger.aheaddesk.errors import PaybackInFile
from ledger.bank.errors import NotThisInvoice
from ledger.batches import queries as batches
from ledger.batches.services import close_batch, make_batch
from ledger.invoicing import queries as invoicing
from ledger.owed import queries
from ledger.owed.errors import NothingOwed
from ledger.owed.models import OwedSetOff
from ledger.payments.models import Payment
from ledger.payments.rules import PaymentKind
from ledger.payments.services import pay_from_ahead
from ledger.returns.queries import overview
from ledger.takeback import services as takeback
from tests.ledger.bankdesk.conftest import BUYERS, SELLERS, STRANGE, camt, row
from tests.ledger.bankdesk.test_import import balances

END = date(2026, 12, 31)


def letter(owed):
    """The last letter."""
    return owed.session.scalars(select(Mail.text).order_by(Mail.id.desc())).first()


def test_it_stands_in_the_lists_of_both_and_of_nobody_else(owed):
    owed.credited()
    one = owed.one()
    assert (one.left, one.promised, one.free) == (15_730, 0, 15_730)
    for party in (owed.trade.seller, owed.trade.buyer):
        assert queries.credits_of(owed.session, party.id) == [one]
    assert queries.credits_of(owed.session, owed.trade.partner.id) == []
    with pytest.raises(NothingOwed):
        owed.one(owed.trade.partner)


def test_another_invoice_is_paid_from_it_and_the_books_tie(owed):
    first, trade = owed.credited(), owed.trade
    later = trade.approve(trade.send(quantity="2"))
    before = balances(owed.desk, trade.seller)
    paid = owed.set_off(later, party_id=trade.buyer.id, actor=trade.purchaser)
    assert f"{trade.buyer.name} verrekende" in letter(owed)
    assert (paid.amount, invoicing.locked(owed.session, later.id).state) == (7_865, "paid")
    assert invoicing.locked(owed.session, first.id).open == Money(-7_865)
    assert owed.one().free == 7_865
    after = balances(owed.desk, trade.seller)
    key = "receivable"
    assert (after["bank"], after[key]) == (before["bank"], before[key])
    assert after.get(f"advance_received party:{trade.buyer.id}", 0) == 0
    owed.ties(END)
    trade.force()


def test_more_is_never_set_off_than_is_owed(owed):
    owed.credited()
    later = owed.trade.approve(owed.trade.send())
    assert owed.set_off(later).amount == 15_730
    with pytest.raises(errors.NothingAhead):
        owed.set_off(later)
    assert invoicing.locked(owed.session, later.id).open == Money(39_325 - 15_730)


def test_an_invoice_of_another_or_the_same_or_not_approved_is_refused(owed):
    first, trade = owed.credited(), owed.trade
    for invoice in (first, trade.send(quantity="1")):
        with pytest.raises(errors.NotBetweenThese):
            owed.set_off(invoice)
    with pytest.raises(NothingOwed):
        owed.set_off(trade.approve(trade.send(quantity="1")), party_id=trade.partner.id)


@pytest.mark.parametrize("half", ["payment", "refund"])
def test_taken_back_by_either_half_both_stand_as_before_and_it_may_be_done_anew(owed, half):
    first, trade = owed.credited(), owed.trade
    later = trade.approve(trade.send(quantity="2"))
    for _ in range(2):
        paid = owed.set_off(later)
        pair = queries.find_pair(owed.session, paid.id)
        takeback.take_payment_back(
            owed.session, payment=getattr(pair, half), reason="Verkeerd", actor=trade.purchaser, at=trade.at
        )
        assert invoicing.locked(owed.session, later.id).open == Money(7_865)
        assert invoicing.locked(owed.session, first.id).open == Money(-15_730)
        trade.force()
        owed.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    owed.ties(END)


def test_the_database_keeps_the_halves_together_and_no_more_promised_than_owed(owed):
    owed.credited()
    trade = owed.trade
    later = trade.approve(trade.send(quantity="2"))
    paid = owed.set_off(later)
    owed.back(Money(5_000))
    columns = "holder_id, invoice_id, name, iban, two, asked_by_id, asked_at"
    more = (
        f"INSERT INTO ahead_payback (public_id, mark, amount, {columns}) "
        f"SELECT gen_random_uuid(), 'x', 5000, {columns} FROM ahead_payback"
    )
    undo = (
        f"INSERT INTO payment_undo SELECT {paid.id}, 'x', {trade.member.user_id}, now(), false, {trade.member.user_id}, "
        f"now(), transfer_id FROM payment WHERE id = {paid.id}"
    )
    for statements in (
        [more],
        ["UPDATE ahead_payback SET invoice_id = NULL, booking_id = 1"],
        [f"INSERT INTO owed_set_off SELECT {paid.id} - 1, {paid.id}, {trade.seller.id}"],
        ["DELETE FROM owed_set_off"],
        [
            undo,
            f"UPDATE payment SET undone_at = now() WHERE id = {paid.id}",
            "SET CONSTRAINTS owed_set_off_whole IMMEDIATE",
        ],
    ):
        with pytest.raises(DatabaseError), owed.session.begin_nested():
            for statement in statements:
                owed.session.execute(text(statement))


@pytest.mark.parametrize(
    ("pair", "by"),
    [
        ("{refund}, {refund}", "{seller}"),
        ("{paid}, {paid}", "{seller}"),
        ("{paid}, {refund}", "{stranger}"),
        ("{other}, {refund}", "{seller}"),
    ],
)
def test_a_set_off_that_pairs_nothing_is_not_written_down(owed, pair, by):
    owed.credited()
    trade = owed.trade
    paid = owed.set_off(trade.approve(trade.send(quantity="2")))
    refund = owed.session.scalars(select(OwedSetOff.refund_id)).one()
    other = trade.pay(trade.approve(trade.send(quantity="3")))
    facts = {
        "paid": paid.id, "refund": refund, "other": other.id, "seller": trade.seller.id, "stranger": trade.partner.id,
    }  # fmt: skip
    values = f"{pair}, {by}".format(**facts)
    statements = (
        "ALTER TABLE owed_set_off DISABLE TRIGGER owed_set_off_append_only",
        "DELETE FROM owed_set_off",
        f"INSERT INTO owed_set_off (payment_id, refund_id, by_id) VALUES ({values})",
    )
    owed.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(DatabaseError, match="is not set off by"), owed.session.begin_nested():
        for each in statements:
            owed.session.execute(text(each))


def test_what_is_promised_back_is_not_set_off_past_the_rules(owed):
    owed.credited()
    trade = owed.trade
    later = trade.approve(trade.send(quantity="2"))
    owed.back(Money(15_730))
    facts = {"amount": Money(7_865), "actor": trade.member, "at": trade.at}
    credited = owed.one().invoice_id
    back = pay_from_ahead(
        owed.session, invoice_id=credited, reference="x", key="x:back", kind=PaymentKind.REFUND, **facts
    )
    paid = pay_from_ahead(owed.session, invoice_id=later.id, reference="x", key="x", **facts)
    with pytest.raises(DatabaseError, match="not owed back"), owed.session.begin_nested():
        owed.session.add(OwedSetOff(payment_id=paid.id, refund_id=back.id, by_id=trade.seller.id))
        owed.session.flush()


def vat(owed, party):
    """The VAT of the year in a party's overview."""
    return overview(owed.session, party.id, Period.parse("2026"))


def test_it_goes_back_in_a_file_and_both_banks_know_it_again(owed):
    first, trade = owed.credited(), owed.trade
    owed.session.get(Organisation, trade.seller.id).iban = SELLERS
    taxes = [vat(owed, each) for each in (trade.seller, trade.buyer)]
    back = owed.back(Money(15_730))
    assert (back.state, back.iban, owed.one().free) == ("agreed", BUYERS, 0)
    with pytest.raises(errors.NothingAhead):
        owed.back(Money(1))
    made = make_batch(owed.session, payer=trade.seller, actor=trade.member, at=trade.at, faults=[])
    assert (made.money, back.mark in made.content, BUYERS in made.content) == (Money(15_730), True, True)
    entry = owed.ahead.money("-157.30", mark=back.mark)
    assert (entry.state, owed.desk.bookings()[-1]) == ("booked", ("refund", 15_730, "mark"))
    assert invoicing.locked(owed.session, first.id).open == Money(0)
    whole = batches.batch(owed.session, made.public_id, trade.seller.id)
    assert batches.seen(owed.session, whole) == {whole.orders[0].id}
    owed.desk.take(
        camt("B1", "0.00", "157.30", row("157.30", ref="B", mark=back.mark, iban=SELLERS), iban=BUYERS)
    )
    other = owed.desk.entry()
    assert (other.state, other.twin_id) == ("booked", entry.id)
    assert queries.credits_of(owed.session, trade.seller.id) == []
    assert [vat(owed, each) for each in (trade.seller, trade.buyer)] == taxes
    assert balances(owed.desk, trade.seller)["bank"] == 39_325 - 15_730
    assert balances(owed.desk, trade.buyer)["bank"] == 15_730 - 39_325
    owed.ties(END)
    trade.force()


def test_the_entry_is_taken_back_and_it_is_owed_and_promised_again(owed):
    first, trade = owed.credited(), owed.trade
    back = owed.back(Money(15_730))
    entry = owed.ahead.money("-157.30", mark=back.mark)
    assert takeback.take_back(owed.session, entry=entry, reason="Fout", actor=trade.member, at=trade.at)
    assert invoicing.locked(owed.session, first.id).open == Money(-15_730)
    assert (owed.one().promised, owed.one().free) == (15_730, 0)


def test_where_no_bank_told_of_the_payment_an_account_is_typed_and_two_agree(owed):
    owed.credited(told=False)
    with pytest.raises(errors.PayerIbanUnknown):
        owed.back(Money(100))
    back = owed.back(Money(100), iban=Iban.parse(STRANGE))
    assert back.state == "asked"
    with pytest.raises(errors.OtherAgrees):
        agree_payback(owed.session, payback=back, actor=owed.trade.member, at=owed.trade.at)
    agree_payback(owed.session, payback=back, actor=owed.trade.partner_member, at=owed.trade.at)
    assert len(batches.choices(owed.session, owed.trade.seller.id)) == 1


def test_the_buyer_cannot_ask_the_file_of_the_seller(owed):
    owed.credited()
    with pytest.raises(errors.PartnerUnknown):
        owed.back(Money(100), party_id=owed.trade.buyer.id, actor=owed.trade.purchaser)


def test_what_is_dropped_is_free_again(owed):
    owed.credited()
    back = owed.back(Money(15_730))
    drop_payback(owed.session, payback=back, actor=owed.trade.member, at=owed.trade.at)
    assert owed.one().free == 15_730


def test_a_refund_by_the_reference_of_the_invoice_leaves_the_file_without_it(owed):
    first, trade = owed.credited(), owed.trade
    owed.back(Money(15_730))
    entry = owed.ahead.money("-157.30", first.payment_reference)
    assert entry.state == "booked"
    assert batches.choices(owed.session, trade.seller.id) == []


def test_a_refund_by_the_reference_of_the_invoice_is_the_repayment_that_waits(owed):
    first, trade = owed.credited(), owed.trade
    back = owed.back(Money(15_730))
    entry = owed.ahead.money("-157.30", first.payment_reference)
    owed.session.refresh(back, ["booked_id", "booked"])
    assert (entry.state, back.state) == ("booked", "paid")
    assert owed.one().promised == 0
    takeback.take_back(owed.session, entry=entry, reason="Fout", actor=trade.member, at=trade.at)
    owed.session.refresh(back, ["booked_id", "booked"])
    assert (back.state, owed.one().promised) == ("agreed", 15_730)


def test_a_refund_of_another_amount_leaves_the_repayment_waiting(owed):
    first = owed.credited()
    back = owed.back(Money(15_000))
    owed.ahead.money("-150.01", first.payment_reference)
    owed.session.refresh(back, ["booked_id", "booked"])
    assert back.state == "agreed"


def test_a_repayment_in_an_open_file_is_not_booked_by_hand_too(owed):
    one, trade = owed.ahead.over("100.00"), owed.trade
    back = owed.ahead.back(one, Money(10_000))
    made = make_batch(owed.session, payer=trade.seller, actor=trade.member, at=trade.at, faults=[])
    entry = owed.ahead.money("-100.00", text="terug")
    facts = {"entry": entry, "payback": back, "actor": trade.member, "at": trade.at}
    with pytest.raises(PaybackInFile):
        desk.book_payback(owed.session, **facts)
    close_batch(owed.session, batch=made, actor=trade.member, at=trade.at)
    desk.book_payback(owed.session, **facts)
    owed.session.refresh(back, ["booked_id", "booked"])
    assert back.state == "paid"


def like(owed, entry, party=None):
    """The repayments that an entry may be."""
    return ahead_queries.like(owed.session, (party or owed.trade.seller).id, [entry]).get(entry.id, [])


def test_paid_by_hand_it_is_proposed_by_amount_and_account_on_both_sides_and_booked_once(owed):
    one, trade = owed.ahead.over("100.00"), owed.trade
    back = owed.ahead.back(one, Money(10_000))
    entry = owed.ahead.money("-100.00", text="terug")
    assert (entry.state, like(owed, entry)) == ("open", [back])
    assert like(owed, owed.ahead.money("-100.00", iban=STRANGE)) == []
    assert like(owed, owed.ahead.money("-99.99")) == []
    book_payback(owed.session, entry=entry, payback=back, actor=trade.member, at=trade.at)
    assert owed.desk.bookings()[-1] == ("payback", 10_000, "person")
    assert batches.choices(owed.session, trade.seller.id) == []
    assert ahead_queries.balances(owed.session, trade.seller.id, holds=True) == []
    again = owed.ahead.money("-100.00", text="nog eens")
    assert like(owed, again) == []
    with pytest.raises(NotThisInvoice):
        book_payback(owed.session, entry=again, payback=back, actor=trade.member, at=trade.at)
    owed.desk.take(camt("B1", "0.00", "100.00", row("100.00", ref="B", iban=SELLERS), iban=BUYERS))
    other = owed.desk.entry()
    assert like(owed, other, trade.buyer) == [back]
    book_payback(owed.session, entry=other, payback=back, actor=trade.purchaser, at=trade.at)
    assert other.twin_id == entry.id
    assert balances(owed.desk, trade.buyer)["bank"] == -39_325


def test_it_is_known_by_name_where_the_bank_told_no_account(owed):
    one = owed.ahead.over("100.00")
    back = owed.ahead.back(one, Money(10_000))
    assert like(owed, owed.ahead.money("-100.00", iban="", name="KLÄNT")) == [back]
    assert like(owed, owed.ahead.money("-100.00", iban="", name="Ander")) == []


def test_a_credit_note_paid_back_by_hand_is_proposed_too(owed):
    first = owed.credited()
    back = owed.back(Money(15_730))
    entry = owed.ahead.money("-157.30", text="")
    assert like(owed, entry) == [back]
    book_payback(owed.session, entry=entry, payback=back, actor=owed.trade.member, at=owed.trade.at)
    assert invoicing.locked(owed.session, first.id).open == Money(0)
    assert owed.session.query(Payment).filter_by(kind="refund").count() == 1
    owed.ties(END)
