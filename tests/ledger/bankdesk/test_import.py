"""Taking statements in: nothing double, nothing that does not go on; what references name is booked."""

import io
from decimal import Decimal

import pytest
from sqlalchemy.exc import DatabaseError

from cwb.kernel.identifiers import IbanInvalid
from cwb.kernel.money import Money
from cwb.web.i18n import written
from ledger.accounts.models import Account
from ledger.bank import errors, queries
from ledger.bank.models import BankAccount, BankEntry, BankStatement
from ledger.bank.rules import EntryState
from ledger.bankdesk.services import claim_accounts, match_again
from ledger.bankfiles.gateway import read
from ledger.invoicing import queries as invoicing
from ledger.invoicing.services import credit_invoice
from ledger.payments.models import Payment
from tests.ledger.bankdesk.conftest import BUYERS, SELLERS, STRANGE, camt, row
from tests.ledger.freehand.conftest import Outside


def state(desk, sent):
    held = invoicing.locked(desk.trade.session, sent.id)
    return held.state.value, held.open.plain()


def approved(desk, **facts):
    return desk.trade.approve(desk.trade.send(**facts))


def paid(desk):
    return [each.amount for each in desk.trade.session.query(Payment).order_by(Payment.id)]


def balances(desk, party):
    return {
        each.role + (f" {each.subkey}" if each.role.startswith("advance") else ""): each.posted
        for each in desk.trade.session.query(Account).filter_by(party_id=party.id)
        if each.posted
    }


def test_a_payment_with_the_reference_is_booked(desk):
    sent = approved(desk)
    taken = desk.take(camt("S1", "0.00", "393.25", row("393.25", sent.payment_reference, ref="A")))
    assert (taken.found.entries, taken.added, taken.matched) == (1, 1, 1)
    assert state(desk, sent) == ("paid", "0.00")
    assert desk.bookings() == [("payment", 39325, "reference")]


def test_the_same_file_twice_adds_nothing(desk):
    sent = approved(desk)
    file = camt("S1", "0.00", "403.25", row("393.25", sent.payment_reference, ref="A"), row("10.00", ref="B"))
    desk.take(file)
    again = desk.take(file)
    assert (again.found.entries, again.added, again.matched) == (2, 0, 1)
    assert paid(desk) == [39325]
    assert desk.trade.session.query(BankStatement).count() == 1


def test_without_references_the_same_file_twice_adds_nothing_and_two_equal_ones_are_two(desk):
    file = camt("S1", "0.00", "4.00", row("2.00", text="koffie"), row("2.00", text="koffie"))
    assert desk.take(file).added == 2
    assert desk.take(file).added == 0


def test_overlapping_statements_add_what_is_new(desk):
    one, two, three = row("1.00", ref="A"), row("2.00", ref="B"), row("3.00", ref="C")
    desk.take(camt("S1", "0.00", "3.00", one, two))
    assert desk.take(camt("S2", "1.00", "6.00", two, three, day="2026-09-02")).added == 1
    assert queries.ends(desk.trade.session, desk.seller.id)[:2] == (0, 600)


def test_a_statement_of_before_may_come_later(desk):
    desk.take(camt("S2", "1.00", "3.00", row("2.00", ref="B"), day="2026-09-02"))
    assert desk.take(camt("S1", "0.00", "1.00", row("1.00", ref="A"))).added == 1
    assert queries.ends(desk.trade.session, desk.seller.id)[:2] == (0, 300)


@pytest.mark.parametrize("opening", ["2.00", "4.00"])
def test_a_wrong_opening_balance_is_refused_with_what_was_expected(desk, opening):
    desk.take(camt("S1", "0.00", "3.00", row("3.00", ref="A")))
    closing = f"{float(opening) + 1:.2f}"
    with pytest.raises(errors.OpeningDiffers) as caught:
        desk.take(camt("S2", opening, closing, row("1.00", ref="B"), day="2026-09-02"))
    assert caught.value.facts == {"opening": Money(int(float(opening)) * 100), "expected": Money(3_00)}


def test_a_statement_that_does_not_close_is_refused_with_the_place(desk):
    with pytest.raises(errors.StatementRefused) as caught:
        desk.take(camt("S1", "0.00", "5.00", row("3.00", ref="A")))
    assert "3.00 EUR" in caught.value.text()
    assert "€\xa03,00" in written(caught.value.facts["fault"])


def test_a_statement_of_another_account_is_refused(desk):
    with pytest.raises(errors.AccountOfOther):
        desk.take(camt("S1", "0.00", "1.00", row("1.00"), iban=STRANGE), party=desk.trade.seller)
    with pytest.raises(errors.AccountOfOther):
        desk.take(camt("S1", "0.00", "1.00", row("1.00"), iban=BUYERS), party=desk.trade.seller)


def test_an_operators_file_of_nobodys_account_waits_until_it_is_said_whose_it_is(desk):
    sent = approved(desk)
    file = camt("S1", "0.00", "393.25", row("393.25", sent.payment_reference, ref="A"), iban=STRANGE)
    assert desk.take(file).matched == 0
    assert [(each.state, each.fault) for each in desk.rows()] == [("open", "AccountOfNobody")]
    claim_accounts(
        desk.trade.session, party=desk.trade.seller, items=read(lambda: io.BytesIO(file)), at=desk.trade.at
    )
    assert state(desk, sent) == ("paid", "0.00")
    with pytest.raises(errors.AccountTaken):
        claim_accounts(
            desk.trade.session, party=desk.trade.buyer, items=read(lambda: io.BytesIO(file)), at=desk.trade.at
        )


def test_another_currency_is_parked(desk):
    sent = approved(desk)
    desk.take(camt("S1", "0.00", "393.25", row("393.25", sent.payment_reference, currency="USD")))
    assert [(each.state, each.fault) for each in desk.rows()] == [("open", "OtherCurrency")]
    assert state(desk, sent) == ("approved", "393.25")


def test_paid_under_is_a_part_and_the_rest_comes_later(desk):
    sent = approved(desk)
    desk.take(camt("S1", "0.00", "100.00", row("100.00", sent.payment_reference, ref="A")))
    assert state(desk, sent) == ("approved", "293.25")
    assert desk.bookings() == [("payment", 10000, "part")]
    desk.take(
        camt("S2", "100.00", "393.25", row("293.25", sent.payment_reference, ref="B"), day="2026-09-02")
    )
    assert state(desk, sent) == ("paid", "0.00")


def test_paid_over_leaves_credit_in_both_books(desk):
    sent = approved(desk)
    desk.take(camt("S1", "0.00", "400.00", row("400.00", sent.payment_reference, ref="A")))
    assert desk.bookings() == [("payment", 39325, "reference"), ("credit", 675, "rest")]
    seller, buyer = desk.trade.seller, desk.trade.buyer
    assert balances(desk, seller)[f"advance_received party:{buyer.id}"] == -675
    assert balances(desk, buyer)[f"advance_given party:{seller.id}"] == 675
    assert (balances(desk, seller)["bank"], balances(desk, buyer)["bank"]) == (40000, -40000)


def test_who_is_outside_pays_what_was_sent_and_only_the_seller_books_it(desk):
    outside = Outside(desk.trade)
    buyer = outside.customer()
    sent, other = outside.send(buyer), outside.send(buyer)
    desk.take(camt("S1", "0.00", "150.00", row("150.00", sent.payment_reference, ref="A")))
    assert desk.bookings() == [("payment", 14520, "reference"), ("credit", 480, "rest")]
    assert state(desk, sent) == ("paid", "0.00")
    held = balances(desk, desk.trade.seller)
    assert (held[f"advance_received party:{buyer.id}"], held["bank"]) == (-480, 15000)
    assert not balances(desk, buyer)
    desk.take(
        camt("S2", "150.00", "295.20", row("145.20", iban=BUYERS, ref="B"))
    )  # by its account alone: a suggestion
    assert desk.entry().state is EntryState.OPEN
    assert state(desk, other) == ("sent", "145.20")


def test_two_invoices_in_one_payment_are_split(desk):
    one, two = approved(desk), approved(desk, quantity="2")
    both = f"{one.payment_reference} {two.payment_reference}"
    desk.take(camt("S1", "0.00", "471.90", row("471.90", both, ref="A")))
    assert (state(desk, one), state(desk, two)) == (("paid", "0.00"), ("paid", "0.00"))


def test_one_wrong_digit_books_nothing(desk):
    sent = approved(desk)
    wrong = sent.payment_reference[:-1] + str((int(sent.payment_reference[-1]) + 1) % 10)
    taken = desk.take(camt("S1", "0.00", "393.25", row("393.25", wrong)))
    assert (taken.matched, desk.rows()[0].fault, paid(desk)) == (0, "NotSure", [])


def test_paid_twice_waits(desk):
    sent = approved(desk)
    once = row("393.25", sent.payment_reference, ref="A")
    twice = row("393.25", sent.payment_reference, ref="B")
    taken = desk.take(camt("S1", "0.00", "786.50", once, twice))
    assert (taken.matched, [each.fault for each in desk.rows()], paid(desk)) == (
        1,
        ["", "NothingOpen"],
        [39325],
    )


def test_an_invoice_that_is_not_approved_waits_and_is_booked_when_it_is(desk):
    sent = desk.trade.send()
    desk.take(camt("S1", "0.00", "393.25", row("393.25", sent.payment_reference, ref="A")))
    assert (desk.rows()[0].state, desk.rows()[0].fault) == ("open", "NotPayable")
    desk.trade.approve(sent)
    assert match_again(desk.trade.session, account=desk.seller, actor=None, at=desk.trade.at) == 1
    assert state(desk, sent) == ("paid", "0.00")


@pytest.mark.parametrize("first", ["seller", "buyer"])
@pytest.mark.parametrize("amount", ["393.25", "400.00", "100.00"])
def test_what_both_banks_tell_counts_once(desk, first, amount):
    sent = approved(desk)
    files = {
        "seller": camt("S1", "0.00", amount, row(amount, sent.payment_reference, ref="A")),
        "buyer": camt(
            "B1", "500.00", f"{500 - float(amount):.2f}", row(f"-{amount}", sent.payment_reference, iban=SELLERS),
            iban=BUYERS,
        ),
    }  # fmt: skip
    second = "buyer" if first == "seller" else "seller"
    assert desk.take(files[first]).matched == 1
    booked = desk.bookings()
    assert desk.take(files[second]).matched == 1
    assert desk.bookings() == booked
    assert len(paid(desk)) == 1
    assert [each.twin_id is None for each in desk.rows()] == [True, False]


def test_what_a_person_wrote_down_counts_once(desk):
    sent = approved(desk)
    desk.trade.pay(sent)
    taken = desk.take(camt("S1", "0.00", "393.25", row("393.25", sent.payment_reference, ref="A")))
    assert (taken.matched, desk.bookings(), paid(desk)) == (1, [("payment", 39325, "known")], [39325])


def test_a_refund_is_booked_from_either_side(desk):
    sent = approved(desk)
    desk.trade.pay(sent)
    credit_invoice(
        desk.trade.session, invoice=sent, quantities={sent.lines[0].id: Decimal(2)}, reason="Te veel", actor=desk.trade.member,
        at=desk.trade.at,
    )  # fmt: skip
    desk.take(camt("S1", "100.00", "21.35", row("-78.65", sent.payment_reference, ref="A")))
    assert desk.bookings() == [("refund", 7865, "reference")]
    assert state(desk, sent)[1] == "0.00"


def test_the_database_keeps_what_the_bank_said(desk):
    desk.take(camt("S1", "0.00", "1.00", row("1.00", ref="A")))
    session = desk.trade.session
    for statement in (
        "UPDATE bank_entry SET amount = 2", "DELETE FROM bank_entry", "UPDATE bank_statement SET closing = 2",
        "UPDATE bank_account SET party_id = NULL WHERE party_id IS NOT NULL",
        "UPDATE bank_entry SET state = 'booked', decided_at = now()",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), session.begin_nested():
            desk.trade.force(statement)


def test_an_iban_with_a_wrong_checksum_is_no_account(desk):
    with pytest.raises(IbanInvalid):
        BankAccount(
            number=SELLERS[:-1] + "8", party_id=1, blocked=False, added_at=desk.trade.at, added_by_id=None
        )


def test_books_stay_whole(desk):
    sent = approved(desk)
    desk.take(camt("S1", "0.00", "400.00", row("400.00", sent.payment_reference, ref="A")))
    for party in (desk.trade.seller, desk.trade.buyer):
        assert sum(balances(desk, party).values()) == 0
    assert desk.trade.session.query(BankEntry).filter_by(state=EntryState.OPEN).count() == 0
