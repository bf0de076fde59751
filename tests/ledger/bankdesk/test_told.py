"""One payment that two banks tell of counts once, also where no reference says so."""

import pytest

from ledger.bank import errors, queries, rules, services
from ledger.bankdesk.services import match_again
from ledger.invoicing.services import credit_invoice
from tests.ledger.bankdesk.conftest import BUYERS, SELLERS, STRANGE, camt, row
from tests.ledger.bankdesk.test_import import approved, balances, paid, state


def facts(desk, actor=None):
    return {"actor": actor or desk.trade.member, "at": desk.trade.at}


def buyers(desk, amount, text="", iban=SELLERS, number="B1", **known):
    """What the payer's bank tells of money that went out."""
    amount = f"-{amount}"
    file = camt(number, "0.00", amount, row(amount, iban=iban, text=text, ref=number, **known), iban=BUYERS)
    desk.take(file)
    return desk.entry()


def sellers(desk, amount, text=""):
    desk.take(camt("S1", "0.00", amount, row(amount, text=text, ref="A")))
    return desk.entry()


def accept(desk, held):
    claims = queries.claims(desk.trade.session, desk.trade.seller.id, incoming=True)
    offered = rules.accepted(rules.match(queries.as_read(held), claims, 0), held.amount)
    services.accept_offer(desk.trade.session, entry=held, shares=offered, **facts(desk))


@pytest.mark.parametrize(("amount", "more"), [("393.25", 0), ("400.00", 675)])
def test_what_a_person_booked_by_number_is_the_payers_own_money_too(desk, amount, more):
    sent = approved(desk)
    first = sellers(desk, amount, sent.number)
    accept(desk, first)
    before = balances(desk, desk.trade.buyer)
    told = buyers(desk, amount, sent.number)
    assert (told.state, told.twin_id) == ("booked", first.id)
    assert balances(desk, desk.trade.buyer) == before
    assert before["bank"] == -39325 - more


def test_it_is_known_too_when_the_invoice_was_credited_since(desk):
    sent = approved(desk)
    desk.take(camt("S1", "0.00", "393.25", row("393.25", sent.payment_reference, ref="A")))
    credit_invoice(
        desk.trade.session, invoice=sent, quantities={sent.lines[0].id: sent.lines[0].quantity}, reason="Fout",
        **facts(desk),
    )  # fmt: skip
    told = buyers(desk, "393.25", mark=sent.payment_reference)
    assert (told.state, told.twin_id is None, paid(desk)) == ("booked", False, [39325])


def test_what_waited_is_joined_when_the_other_booked_it_and_is_no_cost_meanwhile(desk):
    sent, session = approved(desk), desk.trade.session
    told = buyers(desk, "393.25", "Overboeking")
    assert told.state == "open"
    accept(desk, sellers(desk, "393.25", sent.number))
    with pytest.raises(errors.ToldByOther):
        services.book_other(session, entry=told, role="expense", **facts(desk, desk.trade.purchaser))
    match_again(session, account=desk.buyer, **facts(desk, desk.trade.purchaser))
    assert (told.state, state(desk, sent), balances(desk, desk.trade.buyer)["bank"]) == (
        "booked", ("paid", "0.00"), -39325,
    )  # fmt: skip


def test_who_names_the_paid_invoice_books_nothing_twice(desk):
    sent, session = approved(desk), desk.trade.session
    told = buyers(desk, "393.25", "Overboeking")
    accept(desk, sellers(desk, "393.25", sent.number))
    services.choose_invoice(session, entry=told, number=sent.number, **facts(desk, desk.trade.purchaser))
    assert (told.twin_id is None, paid(desk)) == (False, [39325])


def test_only_the_same_two_accounts_and_the_same_money_are_one(desk):
    sent = approved(desk)
    accept(desk, sellers(desk, "393.25", sent.number))
    assert buyers(desk, "393.25", iban=STRANGE).state == "open"
    late = row("-393.25", iban=SELLERS, ref="C", day="2026-09-20")
    desk.take(camt("B2", "-393.25", "-786.50", late, iban=BUYERS, day="2026-09-20"))
    assert desk.entry().state == "open"


def test_a_cost_of_the_other_is_no_payment_to_us(desk):
    held = sellers(desk, "50.00")
    services.book_other(desk.trade.session, entry=held, role="fund", **facts(desk))
    assert buyers(desk, "50.00").state == "open"


def test_two_of_the_same_are_two(desk):
    sent = approved(desk)
    accept(desk, sellers(desk, "393.25", sent.number))
    assert buyers(desk, "393.25").state == "booked"
    desk.take(camt("B2", "-393.25", "-786.50", row("-393.25", iban=SELLERS, ref="D"), iban=BUYERS))
    assert desk.entry().state == "open"


def test_two_numbers_in_the_text_that_are_the_whole_are_one_offer(desk):
    one, two = approved(desk), approved(desk)
    held = sellers(desk, "786.50", f"{one.number} en {two.number}")
    accept(desk, held)
    assert [state(desk, each) for each in (one, two)] == [("paid", "0.00")] * 2
    assert desk.bookings() == [("payment", 39325, "number")] * 2


def test_money_for_an_invoice_that_waits_for_approval_stands_ahead(desk):
    sent = desk.trade.send()
    held = sellers(desk, "393.25", sent.number)
    accept(desk, held)
    assert (desk.bookings(), state(desk, sent)) == ([("credit", 39325, "person")], ("sent", "393.25"))
    assert balances(desk, desk.trade.seller)["bank"] == 39325
    assert buyers(desk, "393.25").twin_id == held.id
    desk.trade.force()
