"""An invoice in two parts from agreement to bank, in both sets of books."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import DatabaseError

from coops.credit.queries import base
from cwb.identity.models import Organisation
from cwb.kernel.identifiers import IbanInvalid
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.accounts.models import Account
from ledger.agreements.errors import NotASupplier
from ledger.agreements.queries import agreement_by_id
from ledger.bank.services import add_account
from ledger.batches import queries as batches
from ledger.batches.services import make_batch
from ledger.chains import errors, policy, queries, services
from ledger.chains.rules import EvidenceKind, Standing
from ledger.einvoices.gateway import outcomes, paper
from ledger.invoicing.queries import locked
from ledger.invoicing.services import credit_invoice
from ledger.payments.errors import NoSecondAccount
from ledger.payments.queries import accounts
from ledger.timesheets.queries import last_signed
from ledger.ubl.gateway import xml_of
from ledger.ubl.rules import Profile
from tests.ledger.bankdesk.conftest import BUYERS, Desk, camt, row
from tests.ledger.chains.conftest import BLOCKED, agree, board, propose
from tests.ledger.timesheets.test_services import enter, sign


def left(trade, invoice):
    return [each.left.plain() for each in accounts(trade.session, locked(trade.session, invoice.id))]


def books(trade, party):
    roles = ("bank", "blocked", "receivable", "payable")
    found = trade.session.query(Account).filter(Account.party_id == party.id, Account.role.in_(roles))
    return {each.role: each.posted for each in found if each.posted}


def test_a_term_counts_for_work_from_its_day_once_the_buyer_agreed(trade):
    term = propose(trade)
    assert queries.split(trade.session, trade.send().id) is None
    agree(trade, term)
    with pytest.raises(errors.AgreedBefore):
        agree(trade, term)
    early = trade.draft("1", delivered_from=date(2026, 7, 1), delivered_until=date(2026, 7, 31))
    assert queries.split(trade.session, trade.send(early).id) is None
    assert queries.split(trade.session, trade.send().id).money == Money(15_730)


def test_a_later_term_takes_over_from_its_day_and_sent_invoices_stay(agreed):
    first = agreed.send()
    agree(agreed, propose(agreed, g_percentage=Decimal(25), from_on=date(2026, 8, 15)))
    second = agreed.send(quantity="1")
    amounts = [queries.split(agreed.session, each.id).amount for each in (first, second)]
    assert amounts == [15_730, 983]


def test_who_is_no_supplier_or_gives_a_wrong_account_proposes_nothing(trade):
    with pytest.raises(NotASupplier):
        propose(trade, party_id=trade.partner.id)
    with pytest.raises(IbanInvalid):
        propose(trade, iban=BLOCKED[:-1] + "8")
    with pytest.raises(errors.AccountIsFree):
        propose(trade, iban=trade.seller.iban)


def test_the_seller_proposes_and_only_the_buyer_agrees(trade):
    seller, found = board(trade), agreement_by_id(trade.session, trade.agreement.id)
    assert policy.may(seller, policy.PROPOSE, found)
    assert not policy.may(seller, policy.AGREE, found)
    assert policy.may(trade.purchaser, policy.AGREE, found)
    buyers = replace(trade.purchaser, roles=frozenset({Role.BOARD}))
    assert not policy.may(buyers, policy.PROPOSE, found)
    stranger = replace(seller, organisation_id=trade.partner.id)
    assert not any(policy.may(stranger, each, found) for each in (policy.SEE, policy.AGREE, policy.PROPOSE))


def test_the_document_and_the_letter_say_both_parts_and_the_code_pays_the_free_one(agreed, monkeypatch):
    coded = []
    monkeypatch.setattr(
        "ledger.einvoices.gateway.payment_code", lambda **facts: coded.append(facts) or "<svg/>"
    )
    sent = agreed.send()
    found = outcomes(agreed.session, sent, (Profile.GACCOUNT, Profile.PEPPOL))
    split, peppol = (xml_of(each.document).decode() for each in found)
    assert split.count("<cac:PaymentTerms>") == 2
    assert ">157.30<" in split
    assert ">235.95<" in split
    assert f"157.30 euro naar G-rekening {BLOCKED}" in peppol
    paper(agreed.session, sent)
    assert [(str(each["amount"]), each["iban"]) for each in coded] == [("235.95", agreed.seller.iban)]


def test_both_parts_told_by_the_banks_of_either_side_are_booked_once_on_two_accounts(agreed):
    trade, desk = agreed, Desk(agreed)
    trade.session.get(Organisation, trade.buyer.id).iban = BUYERS
    for number, blocked in ((trade.seller.iban, False), (BLOCKED, True)):
        add_account(
            trade.session, party=trade.seller, number=number, blocked=blocked, actor=trade.member, at=trade.at
        )
    add_account(
        trade.session, party=trade.buyer, number=BUYERS, blocked=False, actor=trade.purchaser, at=trade.at
    )
    sent = trade.approve(trade.send())
    assert left(trade, sent) == ["235.95", "157.30"]
    made = make_batch(trade.session, payer=trade.buyer, actor=trade.purchaser, at=trade.at, faults=[])
    orders = batches.batch(trade.session, made.public_id, trade.buyer.id).orders
    assert [(each.blocked, each.money.plain(), each.iban) for each in orders] == [
        (False, "235.95", trade.seller.iban), (True, "157.30", BLOCKED)]  # fmt: skip
    mark = orders[1].end_to_end
    desk.take(camt("B1", "0.00", "-157.30", row("-157.30", mark=mark, ref="A", iban=BLOCKED), iban=BUYERS))
    assert left(trade, sent) == ["235.95", "0.00"]  # the free part is missing
    assert locked(trade.session, sent.id).state == "approved"
    desk.take(camt("G1", "0.00", "157.30", row("157.30", mark=mark, ref="A"), iban=BLOCKED))
    assert left(trade, sent) == ["235.95", "0.00"]  # the same money, told by the other bank
    desk.take(
        camt("S1", "0.00", "235.95", row("235.95", sent.payment_reference, ref="A"), iban=trade.seller.iban)
    )
    assert left(trade, sent) == ["0.00", "0.00"]
    assert locked(trade.session, sent.id).state == "paid"
    assert desk.bookings() == [("payment", 15730, "blocked"), ("payment", 23595, "free")]
    assert books(trade, trade.seller) == {"bank": 23595, "blocked": 15730}
    assert books(trade, trade.buyer) == {"bank": -39325}


def test_the_sellers_g_account_may_tell_first_and_the_missing_part_is_the_free_one(agreed):
    trade = agreed
    add_account(
        trade.session, party=trade.seller, number=BLOCKED, blocked=True, actor=trade.member, at=trade.at
    )
    sent = trade.approve(trade.send())
    text = camt("G1", "0.00", "157.30", row("157.30", sent.payment_reference, ref="A"), iban=BLOCKED)
    Desk(trade).take(text)
    assert left(trade, sent) == ["235.95", "0.00"]
    assert books(trade, trade.seller) == {"blocked": 15730, "receivable": 23595}


def test_two_equal_parts_on_one_day_under_one_mark_are_two_payments(trade):
    agree(trade, propose(trade, g_percentage=Decimal(50)))
    sent = trade.approve(trade.send(quantity="8"))
    trade.pay(sent, "157.30", reference="RF")
    trade.pay(sent, "157.30", reference="RF", blocked=True)
    assert left(trade, sent) == ["0.00", "0.00"]


def test_a_file_pays_what_is_left_of_each_part_after_a_credit_note(agreed):
    trade = agreed
    trade.session.get(Organisation, trade.buyer.id).iban = BUYERS
    sent = trade.approve(trade.send())
    quantities = {locked(trade.session, sent.id).lines[0].id: Decimal(5)}
    credit_invoice(
        trade.session,
        invoice=sent,
        quantities=quantities,
        reason="Half werk",
        actor=trade.member,
        at=trade.at,
    )
    trade.pay(sent, "78.65", blocked=True)
    made = make_batch(trade.session, payer=trade.buyer, actor=trade.purchaser, at=trade.at, faults=[])
    orders = batches.batch(trade.session, made.public_id, trade.buyer.id).orders
    assert [(each.blocked, each.money.plain()) for each in orders] == [(False, "117.97")]


def test_an_invoice_in_one_part_is_not_paid_on_a_g_account(trade):
    sent = trade.approve(trade.send())
    with pytest.raises(NoSecondAccount):
        trade.pay(sent, blocked=True)


def test_only_the_free_part_can_be_assigned_to_a_fund(agreed):
    sent = agreed.approve(agreed.send())
    found = base(agreed.session, borrower_id=agreed.seller.id, invoice_id=sent.id)
    assert (found.assignable, found.whole) == (23_595, 23_595)


def test_the_file_says_what_is_missing_or_expired_and_signed_hours_count(agreed):
    found = agreement_by_id(agreed.session, agreed.agreement.id)
    today = date(2026, 9, 1)
    for kind, days in (
        (EvidenceKind.REGISTER, 400),
        (EvidenceKind.REGISTER, 30),
        (EvidenceKind.PAYMENT, 100),
    ):
        services.add_evidence(
            agreed.session, agreement=found, party_id=agreed.seller.id, kind=kind, valid_until=None,
            dated_on=today - timedelta(days=days), actor=board(agreed), at=agreed.at,
        )  # fmt: skip

    def standings(**facts):
        pieces = queries.file_of(agreed.session, found.id, today, **facts)[agreed.seller.id]
        return [each.standing for each in pieces]

    assert standings() == [Standing.GOOD, Standing.EXPIRED, Standing.MISSING, Standing.MISSING]
    assert standings(signed={agreed.seller.id: today})[2] is Standing.GOOD


def test_hours_that_the_buyer_signed_are_the_register_of_hours(agreed):
    found = agreement_by_id(agreed.session, agreed.agreement.id)
    enter(agreed, on=date(2026, 8, 30))
    assert last_signed(agreed.session, found.id) == {}
    sign(agreed, enter(agreed, on=date(2026, 8, 24)), enter(agreed, on=date(2026, 8, 26)))
    assert last_signed(agreed.session, found.id) == {agreed.seller.id: date(2026, 8, 26)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoice_split SET amount = 1",
        "DELETE FROM invoice_split",
        "UPDATE chain_term SET g_percentage = 10",
        "UPDATE chain_term SET agreed_at = cwb_now()",
        "INSERT INTO invoice_split SELECT i.id, t.id, i.total_amount FROM invoice i, chain_term t",
        "DELETE FROM chain_evidence",
        "TRUNCATE chain_evidence",
    ],
)
def test_the_database_keeps_terms_splits_and_evidence(agreed, statement):
    agreed.send()
    services.add_evidence(
        agreed.session, agreement=agreement_by_id(agreed.session, agreed.agreement.id), party_id=agreed.seller.id,
        kind=EvidenceKind.HOURS, dated_on=date(2026, 8, 1), valid_until=None, actor=board(agreed), at=agreed.at,
    )  # fmt: skip
    with pytest.raises(DatabaseError), agreed.session.begin_nested():
        agreed.force(statement)
