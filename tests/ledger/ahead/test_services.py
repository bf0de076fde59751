"""What was paid too much or too early stands ahead, pays a later invoice or goes back, and is never lost."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from cwb.identity.models import Organisation
from cwb.kernel.identifiers import Iban
from cwb.kernel.money import Money
from cwb.notifications.models import Mail
from ledger.ahead import errors, queries, services
from ledger.approval.models import ApprovalSetting
from ledger.bank.errors import NotOpen
from ledger.bankdesk.services import match_again
from ledger.batches import queries as batches
from ledger.batches.services import close_batch, make_batch
from ledger.payments.models import Payment
from ledger.takeback import services as takeback
from tests.ledger.bankdesk.conftest import BUYERS, SELLERS, STRANGE, camt, row
from tests.ledger.bankdesk.test_import import balances, state
from tests.ledger.freehand.conftest import Outside


def limit(ahead, party, cents):
    """The limit for four eyes of a party."""
    ahead.session.add(
        ApprovalSetting(
            party_id=party.id, four_eyes_above=cents, asked_four_eyes_above=None, asked_by_id=None,
            vat_recoverable=True,
        )
    )  # fmt: skip
    ahead.session.flush()


def letter(ahead):
    """The last letter."""
    return ahead.session.scalars(select(Mail.text).order_by(Mail.id.desc())).first()


def test_too_much_stands_ahead_on_both_sides(ahead):
    one = ahead.over("100.00")
    assert (one.left, one.free, one.iban, one.between) == (
        10_000, 10_000, BUYERS, (ahead.trade.seller.id, ahead.trade.buyer.id),
    )  # fmt: skip
    assert ahead.balance(party=ahead.trade.buyer) == one


def test_paid_twice_stands_ahead_once_a_person_agrees(ahead):
    sent = ahead.trade.approve(ahead.trade.send())
    ahead.money("393.25", sent.payment_reference)
    held = ahead.money("393.25", sent.payment_reference)
    assert (held.state, held.fault) == ("open", "NothingOpen")


def test_a_later_invoice_is_paid_from_it_and_no_money_moves(ahead):
    one, trade = ahead.over("100.00"), ahead.trade
    later, before = trade.approve(trade.send(quantity="2")), balances(ahead.desk, trade.seller)
    paid = ahead.set_off(one, later)
    told = letter(ahead)
    assert f"{trade.seller.name} verrekende" in told
    assert all(each in told for each in ("78,65", later.number))
    assert (paid.amount, state(ahead.desk, later)) == (7_865, ("paid", "0.00"))
    assert ahead.balance().free == 2_135
    after = balances(ahead.desk, trade.seller)
    assert after["bank"] == before["bank"]
    assert after[f"advance_received party:{trade.buyer.id}"] == -2_135
    assert balances(ahead.desk, trade.buyer)[f"advance_given party:{trade.seller.id}"] == 2_135


def test_the_buyer_may_set_off_too_and_a_stranger_may_not(ahead):
    one, trade = ahead.over("100.00"), ahead.trade
    later = trade.approve(trade.send(quantity="2"))
    with pytest.raises(errors.AheadUnknown):
        ahead.set_off(one, later, party_id=trade.partner.id)
    ahead.set_off(one, later, party_id=trade.buyer.id, actor=trade.purchaser)
    assert f"{trade.buyer.name} verrekende" in letter(ahead)
    assert state(ahead.desk, later) == ("paid", "0.00")


def test_an_invoice_that_is_not_approved_waits(ahead):
    one = ahead.over("100.00")
    with pytest.raises(errors.NotBetweenThese):
        ahead.set_off(one, ahead.trade.send(quantity="2"))


def test_a_set_off_that_is_taken_back_stands_ahead_again_and_may_be_done_anew(ahead):
    one, trade = ahead.over("100.00"), ahead.trade
    later = trade.approve(trade.send(quantity="2"))
    for _ in range(2):
        paid = ahead.set_off(one, later)
        takeback.take_payment_back(
            ahead.session, payment=paid, reason="Verkeerde factuur", actor=trade.purchaser, at=trade.at
        )
        assert (ahead.balance().free, state(ahead.desk, later)) == (10_000, ("approved", "78.65"))
    assert balances(ahead.desk, trade.seller)[f"advance_received party:{trade.buyer.id}"] == -10_000


def test_the_entry_is_not_taken_back_while_something_was_paid_from_it(ahead):
    one, trade = ahead.over("100.00"), ahead.trade
    paid = ahead.set_off(one, trade.approve(trade.send(quantity="2")))
    entry = ahead.desk.entry()
    with pytest.raises(errors.AheadUsed):
        takeback.take_back(ahead.session, entry=entry, reason="Fout", actor=trade.member, at=trade.at)
    takeback.take_payment_back(ahead.session, payment=paid, reason="Fout", actor=trade.purchaser, at=trade.at)
    assert takeback.take_back(ahead.session, entry=entry, reason="Fout", actor=trade.member, at=trade.at)
    assert queries.balances(ahead.session, trade.seller.id, holds=True) == []


def test_the_database_holds_that_no_more_is_used_than_there_is(ahead):
    one = ahead.over("100.00")
    back = ahead.back(one, Money(6_000))
    columns = "holder_id, amount, name, iban, two, asked_by_id, asked_at"
    again = (
        f"INSERT INTO ahead_payback (public_id, booking_id, mark, {columns}) SELECT gen_random_uuid(), booking_id, 'x', "
        f"{columns} FROM ahead_payback"
    )
    for statement in (
        again,
        "UPDATE bank_booking SET undone_at = now() WHERE kind = 'credit'",
        "UPDATE ahead_payback SET amount = 1",
        "DELETE FROM ahead_payback",
        f"INSERT INTO ahead_set_off SELECT id, {one.booking_id}, amount FROM payment",
        f"INSERT INTO ahead_set_off SELECT id, {one.booking_id}, 1 FROM payment",
    ):
        with pytest.raises(DatabaseError), ahead.session.begin_nested():
            ahead.session.execute(text(statement))
    assert back.state == "agreed"


def test_a_repayment_goes_in_the_file_and_the_statement_ends_it(ahead):
    one, trade = ahead.over("100.00"), ahead.trade
    ahead.session.get(Organisation, trade.seller.id).iban = SELLERS
    back = ahead.back(one, Money(10_000))
    (choice,) = batches.choices(ahead.session, trade.seller.id)
    assert (choice.number, choice.open) == ("", 10_000)
    made = make_batch(ahead.session, payer=trade.seller, actor=trade.member, at=trade.at, faults=[])
    assert (made.money, back.mark in made.content, BUYERS in made.content) == (Money(10_000), True, True)
    with pytest.raises(DatabaseError), ahead.session.begin_nested():
        services.drop_payback(ahead.session, payback=back, actor=trade.member, at=trade.at)
    assert batches.choices(ahead.session, trade.seller.id) == []
    entry = ahead.money("-100.00", mark=back.mark)
    assert (entry.state, ahead.desk.bookings()[-1]) == ("booked", ("payback", 10_000, "mark"))
    assert queries.balances(ahead.session, trade.seller.id, holds=True) == []
    whole = batches.batch(ahead.session, made.public_id, trade.seller.id)
    assert batches.seen(ahead.session, whole) == {whole.orders[0].id}
    close_batch(ahead.session, batch=whole, actor=trade.member, at=trade.at)
    assert batches.choices(ahead.session, trade.seller.id) == []
    takeback.take_back(ahead.session, entry=entry, actor=trade.member, at=trade.at)
    assert ahead.balance()[4:7] == (10_000, 10_000, one.number)
    assert match_again(ahead.session, account=ahead.desk.seller, actor=None, at=trade.at) == 1


def test_the_other_bank_tells_of_the_same_repayment_and_it_counts_once(ahead):
    one, trade = ahead.over("100.00"), ahead.trade
    back = ahead.back(one, Money(10_000))
    ahead.money("-100.00", mark=back.mark)
    ahead.desk.take(
        camt("B1", "0.00", "100.00", row("100.00", ref="B", mark=back.mark, iban=SELLERS), iban=BUYERS)
    )
    entry = ahead.desk.entry()
    assert (entry.state, entry.twin_id is not None) == ("booked", True)
    assert balances(ahead.desk, trade.buyer)["bank"] == -39_325


def test_another_amount_than_was_agreed_waits(ahead):
    back = ahead.back(ahead.over("100.00"), Money(10_000))
    entry = ahead.money("-99.00", mark=back.mark)
    assert (entry.state, entry.fault) == ("open", "NotThisInvoice")


def test_above_the_limit_a_colleague_agrees(ahead):
    one, trade = ahead.over("100.00"), ahead.trade
    limit(ahead, trade.seller, 5_000)
    back = ahead.back(one, Money(10_000))
    assert (back.state, batches.choices(ahead.session, trade.seller.id)) == ("asked", [])
    with pytest.raises(errors.OtherAgrees):
        services.agree_payback(ahead.session, payback=back, actor=trade.member, at=trade.at)
    with pytest.raises(DatabaseError), ahead.session.begin_nested():
        ahead.session.execute(text("UPDATE ahead_payback SET agreed_by_id = asked_by_id, agreed_at = now()"))
    services.agree_payback(ahead.session, payback=back, actor=trade.partner_member, at=trade.at)
    assert len(batches.choices(ahead.session, trade.seller.id)) == 1
    with pytest.raises(errors.PaybackDecided):
        services.agree_payback(ahead.session, payback=back, actor=trade.partner_member, at=trade.at)


def test_where_no_bank_named_an_account_one_is_typed_and_two_agree(ahead):
    sent = ahead.trade.approve(ahead.trade.send())
    ahead.money("400.00", sent.payment_reference, iban="")
    one = ahead.balance()
    with pytest.raises(errors.PayerIbanUnknown):
        ahead.back(one, Money(675))
    assert ahead.back(one, Money(675), iban=Iban.parse(STRANGE)).state == "asked"


def test_what_is_dropped_is_free_again(ahead):
    one = ahead.over("100.00")
    back = ahead.back(one, Money(10_000))
    assert ahead.balance().free == 0
    with pytest.raises(errors.NothingAhead):
        ahead.back(one, Money(1))
    services.drop_payback(ahead.session, payback=back, actor=ahead.trade.member, at=ahead.trade.at)
    assert ahead.balance().free == 10_000
    with pytest.raises(errors.PaybackDecided):
        services.drop_payback(ahead.session, payback=back, actor=ahead.trade.member, at=ahead.trade.at)


def book(ahead, entry, other, actor=None, **facts):
    services.book_ahead(
        ahead.session, entry=entry, other_id=other.id, actor=actor or ahead.trade.member, at=ahead.trade.at, **facts
    )  # fmt: skip


def test_money_before_any_invoice_stands_ahead_and_pays_the_later_one(ahead):
    trade, entry = ahead.trade, ahead.money("50.00")
    book(ahead, entry, trade.buyer)
    one = ahead.balance()
    assert (entry.state, one.free, one.number) == ("booked", 5_000, "")
    sent = trade.send()
    assert list(queries.proposals(ahead.session, one.between)) == []
    trade.approve(sent)
    assert [each.id for each in queries.proposals(ahead.session, one.between)] == [sent.id]
    ahead.set_off(one, sent)
    assert state(ahead.desk, sent) == ("approved", "343.25")
    with pytest.raises(NotOpen):
        book(ahead, entry, trade.buyer)


def test_the_payer_books_the_same_money_as_paid_ahead_and_it_counts_once(ahead):
    trade = ahead.trade
    book(ahead, ahead.money("50.00"), trade.buyer)
    ahead.desk.take(camt("B1", "0.00", "-50.00", row("-50.00", ref="B", iban=""), iban=BUYERS))
    entry = ahead.desk.entry()
    book(ahead, entry, trade.seller, trade.purchaser)
    assert (entry.state, entry.twin_id is not None) == ("booked", True)
    assert balances(ahead.desk, trade.buyer) == {
        "bank": -5_000, f"advance_given party:{trade.seller.id}": 5_000,
    }  # fmt: skip


def test_money_ahead_is_with_whom_one_trades_and_not_on_a_g_account(ahead):
    trade = ahead.trade
    entry = ahead.money("50.00")
    with pytest.raises(errors.PartnerUnknown):
        book(ahead, entry, trade.partner)
    ahead.desk.seller.blocked = True
    with pytest.raises(errors.AheadOnBlocked):
        book(ahead, entry, trade.buyer)


def test_who_has_this_account_is_chosen_beforehand(ahead):
    trade = ahead.trade
    those = queries.partners(ahead.session, trade.seller.id, paying=False)
    assert queries.find_by_iban(ahead.session, BUYERS, those) == trade.buyer
    assert queries.find_by_iban(ahead.session, STRANGE, those) is None
    assert queries.find_by_iban(ahead.session, "", those) is None


def test_a_customer_outside_has_no_books_and_is_set_off_all_the_same(ahead):
    other = Outside(ahead.trade)
    customer = other.customer()
    book(ahead, ahead.money("50.00", iban=STRANGE), customer)
    sent = other.send(customer)
    ahead.set_off(ahead.balance(), sent)
    assert ahead.session.query(Payment).filter_by(invoice_id=sent.id).one().amount == min(
        5_000, sent.total_amount
    )
    assert balances(ahead.desk, customer) == {}


def test_money_from_one_customer_asks_before_it_stands_with_another(ahead):
    customer = Outside(ahead.trade).customer(iban=STRANGE)
    entry = ahead.money("50.00")
    with pytest.raises(errors.PayerIsOther, match=ahead.trade.buyer.name):
        book(ahead, entry, customer)
    book(ahead, entry, customer, sure=True)
    assert ahead.balance().between.owner_id == customer.id
