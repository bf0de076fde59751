"""Files of transfers: by the bank's schema, an invoice in one at a time, and both parts of a split told apart."""

from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from lxml import etree
from sqlalchemy.exc import DatabaseError

from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from ledger.accounts.models import Account
from ledger.bank.services import add_account
from ledger.batches import errors, queries
from ledger.batches.gateway import pain001
from ledger.batches.rules import Transfer
from ledger.batches.services import close_batch, make_batch
from ledger.invoicing import queries as invoicing
from ledger.invoicing.services import credit_invoice
from tests.conftest import AT
from tests.ledger.advances.test_services import make_fund, paid_out
from tests.ledger.bankdesk.conftest import BUYERS, SELLERS, Desk, camt, row

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
BLOCKED = "NL20INGB0001234567"


def make(trade, **facts):
    faults = []
    known = {"payer": trade.buyer, "actor": trade.purchaser, "at": trade.at, "faults": faults}
    return make_batch(trade.session, **(known | facts)), faults


@pytest.fixture
def payer(trade):
    trade.session.get(Organisation, trade.buyer.id).iban = BUYERS
    trade.session.flush()
    return trade


def document(made):
    return etree.fromstring(made.content.encode())


def test_approved_invoices_are_in_the_file_with_count_and_control_sum(payer):
    one, two = payer.approve(payer.send()), payer.approve(payer.send(quantity="2"))
    payer.send(quantity="3")  # not approved
    made, faults = make(payer)
    root = document(made)
    assert faults == []
    assert (made.transfers, made.money.plain()) == (2, "471.90")
    assert root.findtext(".//p:GrpHdr/p:NbOfTxs", namespaces=NS) == "2"
    assert root.findtext(".//p:GrpHdr/p:CtrlSum", namespaces=NS) == "471.90"
    assert root.findtext(".//p:GrpHdr/p:MsgId", namespaces=NS) == made.message_id
    assert root.findtext(".//p:DbtrAcct//p:IBAN", namespaces=NS) == BUYERS
    marks = [each.text for each in root.iterfind(".//p:EndToEndId", NS)]
    assert marks == [one.payment_reference, two.payment_reference]
    assert made.checksum == sha256(made.content.encode()).hexdigest()


def test_somebody_chooses_what_goes_in_the_file_and_the_rest_waits_for_another(payer):
    one, two = payer.approve(payer.send()), payer.approve(payer.send(quantity="2"))
    found = queries.choices(payer.session, payer.buyer.id)
    assert [(each.number, each.open) for each in found] == [(one.number, 39_325), (two.number, 7_865)]
    made, _ = make(payer, chosen={found[1].key})
    assert made.money.plain() == "78.65"
    assert [each.number for each in queries.choices(payer.session, payer.buyer.id)] == [one.number]
    with pytest.raises(errors.ChosenGone):
        make(payer, chosen={each.key for each in found})
    assert make(payer)[0].money.plain() == "393.25"


def test_the_page_offers_all_and_takes_what_is_ticked(payer, sign_in):
    one, two = payer.approve(payer.send()), payer.approve(payer.send(quantity="2"))
    browser = sign_in(Role.PURCHASER, payer.buyer)
    page = browser.get("/bank/transfers").text
    assert (page.count("checked"), one.number in page, two.number in page) == (2, True, True)
    assert "Kies minstens één factuur." in browser.post("/bank/transfers", data={}).text
    assert browser.post("/bank/transfers", data={"chosen": "own-0"}).status_code == 422
    assert browser.post("/bank/transfers", data={"chosen": f"own-{two.id}"}).status_code == 303
    assert "78,65" in browser.get("/bank/transfers").text


def test_a_file_that_breaks_the_schema_is_not_made():
    wrong = Transfer(1, False, 100, "x" * 141, SELLERS, "E", "t", date(2026, 9, 1))
    with pytest.raises(Exception, match=r"[Ll]ength|valid"):
        pain001(name="Gemeente", iban=BUYERS, message_id="M", transfers=[wrong], at=AT)


def test_an_invoice_is_in_one_open_file_until_that_is_closed(payer):
    payer.approve(payer.send())
    made, _ = make(payer)
    with pytest.raises(errors.NothingToTransfer):
        make(payer)
    whole = queries.batch(payer.session, made.public_id, payer.buyer.id)
    close_batch(payer.session, batch=whole, actor=payer.purchaser, at=payer.at)
    assert make(payer)[0].transfers == 1
    with pytest.raises(errors.BatchClosed):
        close_batch(payer.session, batch=whole, actor=payer.purchaser, at=payer.at)


def test_a_file_that_would_pay_more_than_is_open_says_so(payer):
    held = payer.approve(payer.send())
    made, _ = make(payer)
    whole = queries.batch(payer.session, made.public_id, payer.buyer.id)
    assert queries.stale(whole, set()) == set()
    credit_invoice(
        payer.session, invoice=held, quantities={held.lines[0].id: Decimal(1)}, reason="Eén uur te veel",
        actor=payer.member, at=payer.at,
    )  # fmt: skip
    payer.session.expire_all()
    whole = queries.batch(payer.session, made.public_id, payer.buyer.id)
    assert queries.stale(whole, set()) == {whole.orders[0].id}
    assert queries.stale(whole, {whole.orders[0].id}) == set()


def test_a_file_is_not_closed_while_an_entry_of_it_waits_for_somebody(payer):
    payer.approve(payer.send())
    made, _ = make(payer)
    add_account(
        payer.session, party=payer.buyer, number=BUYERS, blocked=False, actor=payer.purchaser, at=payer.at
    )
    whole = queries.batch(payer.session, made.public_id, payer.buyer.id)
    away = row("-393.25", mark=whole.orders[0].end_to_end, iban="NL02ABNA0123456789")
    Desk(payer).take(camt("B1", "500.00", "106.75", away, iban=BUYERS))
    assert queries.waiting_marks(payer.session, whole) == {whole.orders[0].end_to_end}
    with pytest.raises(errors.EntriesWait):
        close_batch(payer.session, batch=whole, actor=payer.purchaser, at=payer.at)


def test_the_database_holds_it_too(payer):
    payer.approve(payer.send())
    make(payer)
    again = (
        "INSERT INTO batch_transfer (batch_id, invoice_id, blocked, live, amount, name, iban, end_to_end, pays_on) "
        "SELECT batch_id, invoice_id, blocked, live, amount, name, iban, end_to_end, pays_on FROM batch_transfer"
    )
    for statement in (again, "UPDATE payment_batch SET content = 'x'", "DELETE FROM batch_transfer"):
        with pytest.raises(DatabaseError), payer.session.begin_nested():
            payer.force(statement)


def test_without_an_account_of_its_own_nothing_is_made(trade):
    trade.approve(trade.send())
    with pytest.raises(errors.PayerIbanMissing):
        make(trade)


@pytest.fixture
def split(payer):
    payer.agree(g_percentage=Decimal(40))
    return payer.approve(payer.send())


def test_a_g_account_invoice_without_the_g_account_is_left_out(payer, split):
    with pytest.raises(errors.NothingToTransfer):
        make(payer)


def test_a_g_account_invoice_is_two_transfers_and_the_missing_one_is_shown(payer, split):
    trade = payer
    desk = Desk(trade)
    add_account(
        trade.session, party=trade.seller, number=SELLERS, blocked=False, actor=trade.member, at=trade.at
    )
    add_account(
        trade.session, party=trade.seller, number=BLOCKED, blocked=True, actor=trade.member, at=trade.at
    )
    made, _ = make(trade)
    whole = queries.batch(trade.session, made.public_id, trade.buyer.id)
    main, blocked = whole.orders
    assert (main.money.plain(), blocked.money.plain(), made.money.plain()) == ("235.95", "157.30", "393.25")
    assert (main.iban, blocked.iban) == (split.seller_facts["iban"], BLOCKED)
    desk.take(camt("S1", "0.00", "235.95", row("235.95", mark=main.end_to_end, ref="A")))
    assert queries.seen(trade.session, whole) == {main.id}
    held = invoicing.locked(trade.session, split.id)
    assert (held.state, held.open.plain()) == ("approved", "157.30")
    desk.take(camt("G1", "0.00", "157.30", row("157.30", mark=blocked.end_to_end, ref="A"), iban=BLOCKED))
    assert queries.seen(trade.session, whole) == {main.id, blocked.id}
    assert invoicing.locked(trade.session, split.id).state == "paid"
    books = {
        (each.role, each.posted)
        for each in trade.session.query(Account).filter_by(party_id=trade.seller.id)
        if each.role in {"bank", "blocked"}
    }
    assert books == {("bank", 23595), ("blocked", 15730)}


def test_the_g_account_of_an_assigned_invoice_is_the_sellers_by_name_too(payer, split):
    add_account(
        payer.session, party=payer.seller, number=BLOCKED, blocked=True, actor=payer.member, at=payer.at
    )
    fund = make_fund(payer.session, payer.at)
    paid_out(payer, fund, split)
    made, _ = make(payer)
    main, blocked = queries.batch(payer.session, made.public_id, payer.buyer.id).orders
    assert (main.name, main.iban) == (fund.name, fund.iban)
    assert (blocked.name, blocked.iban) == (split.seller_facts["name"].replace("ö", "o"), BLOCKED)
