"""Payments of a bank are shown, not booked as purchases: they lead to where they are taken in."""

import json

import pytest
from sqlalchemy import func, select

from cwb.identity.rules import Side
from cwb.kernel.policy import Role
from ledger.readers.gateway import look
from ledger.spend.models import SpendLine
from ledger.spend.rules import File
from ledger.uploads.commands import report
from ledger.uploads.errors import StatementNoLedger
from ledger.uploads.services import book_file, preview
from tests.ledger.bankdesk.conftest import camt, row
from tests.ledger.papers.test_gateway import UBL
from tests.ledger.uploads.test_views import send, text_of

CAMT = camt("S1", "500.00", "379.00", row("-121.00", name="Alfa BV", text="F1"))


def test_a_statement_is_shown_and_not_booked_from_a_page(session, make_organisation, at):
    anchor = make_organisation(Side.ANCHOR)
    found = preview(session, anchor=anchor, reading=look(CAMT).reading(), at=at)
    assert (type(found.refused), found.new, found.first[0].supplier.name) == (StatementNoLedger, 0, "Alfa BV")
    reading = look(CAMT).reading()
    with pytest.raises(StatementNoLedger):
        book_file(session, anchor=anchor, reading=reading, file=File("a.xml", "a"), actor_id=None, at=at)
    told = json.loads(json.dumps(report({"reading": reading})))
    assert (told["rows"], told["sum"]) == (1, "121.00"), "what it holds is told all the same"


def test_the_command_books_it_as_its_contract_says_and_flags_it(session, make_organisation, at):
    anchor, reading = make_organisation(Side.ANCHOR), look(CAMT).reading()
    done = book_file(
        session, anchor=anchor, reading=reading, file=File("a.xml", "a"), actor_id=None, at=at, with_payments=True
    )  # fmt: skip
    assert (done.added, done.total.minor) == (1, 121_00)
    assert "paid_with_vat" in {each.what for each in reading.tally.flags.kept}


def test_the_page_leads_to_the_bank(session, make_organisation, sign_in):
    browser = sign_in(Role.PURCHASER, make_organisation(Side.ANCHOR))
    answer = send(browser, CAMT, "afschrift.xml")
    page = text_of(browser.get(answer.location))
    assert ["/bank/upload" in page, "geen facturen" in page, "Sla deze regels op" in page] == [
        True,
        True,
        False,
    ]
    assert browser.post(answer.location).status_code == 422
    assert session.scalar(select(func.count()).select_from(SpendLine)) == 0


def test_an_invoice_that_names_another_buyer_is_flagged_before_and_in_its_report(
    session, make_organisation, at
):
    anchor = make_organisation(Side.ANCHOR)

    def flags(number):
        document = UBL.format(kind="Invoice", money="EUR", scheme="0106", total="100.00").replace(
            "<a:LegalMonetaryTotal>",
            "<a:AccountingCustomerParty><a:Party><a:PartyLegalEntity>"
            f'<b:CompanyID schemeID="0106">{number}</b:CompanyID>'
            "</a:PartyLegalEntity></a:Party></a:AccountingCustomerParty><a:LegalMonetaryTotal>",
        )
        shown, booked = look(document.encode()).reading(), look(document.encode()).reading()
        preview(session, anchor=anchor, reading=shown, at=at)
        with session.begin_nested() as undone:
            book_file(
                session, anchor=anchor, reading=booked, file=File("a.xml", number), actor_id=None, at=at
            )
            undone.rollback()
        return [[each.what for each in one.tally.flags.kept] for one in (shown, booked)]

    assert flags("99999999") == [["other_buyer"]] * 2
    assert flags(anchor.kvk_number) == [[]] * 2
