"""Board and member on the pages of collecting through the own bank."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from coops.collecting import services as collecting
from coops.collecting.models import DuesCollection
from cwb.kernel import clock
from cwb.kernel.policy import Role
from ledger.debits.models import BankDebit, DebitFile
from ledger.mandates.models import DebitMandate
from tests.coops.capital.test_views import TERMS, add
from tests.coops.debiting.conftest import CREDITOR, PAYER

CONTRACT = {"creditor_id": CREDITOR, "iban": "NL69INGB0123456789", "version": "0"}
DEBITS = {"notice_days": "2", "words": "Contributie De Tuin", "version": "0"}
BASE = "/capital/collections"


@pytest.fixture
def home(make_organisation):
    return make_organisation(iban="NL69INGB0123456789")


@pytest.fixture
def board(sign_in, home):
    browser = sign_in(Role.BOARD, home)
    browser.post("/capital/terms", data=TERMS)
    return browser


@pytest.fixture
def member(sign_in, board, home):
    browser = sign_in(Role.MEMBER, home)
    browser.member = add(board, browser.user.email)
    return browser


def test_a_contract_opens_collecting_without_stripe(board):
    assert "Incassocontract invullen" in board.get(BASE).text
    assert "Vul eerst het incassant-ID" in board.get(f"{BASE}/files").text
    wrong = board.post(f"{BASE}/bank", data=CONTRACT | {"creditor_id": "NL70ZZZ123456780000"})
    assert wrong.status_code == 422
    assert "incassant-ID klopt niet" in wrong.text
    assert board.post(f"{BASE}/bank", data=CONTRACT).status_code == 303
    assert board.post(f"{BASE}/bank", data=CONTRACT).status_code == 409  # from the same version again
    assert board.post(f"{BASE}/terms", data=DEBITS).status_code == 303
    page = board.get(BASE).text
    assert CREDITOR in page
    assert "oefenen" not in page


def test_from_mandate_to_file_to_refusal(board, member, session, home):
    board.post(f"{BASE}/bank", data=CONTRACT)
    board.post(f"{BASE}/terms", data=DEBITS)
    assert "via haar eigen bank" in member.get("/membership/mandate").text
    form = member.get("/membership/mandate/bank").text
    assert CREDITOR in form
    given = {"iban": PAYER, "holder": "Anna Voorbeeld"}
    assert member.post("/membership/mandate/bank", data=given).status_code == 422
    assert member.post("/membership/mandate/bank", data=given | {"agreed": "y"}).status_code == 303
    made = session.query(DebitMandate).one()
    assert CREDITOR in made.wording
    assert "5264" in member.get("/membership/mandate").text
    assert PAYER not in board.get(f"{BASE}/mandates").text
    assert "hier, op de telefoon" in board.get(f"{BASE}/mandates").text
    assert "5264" in board.get(f"{BASE}/mandates/list.csv").text
    board.post("/capital/dues", data={})
    collecting.announce(session, organisation_id=home.id, at=clock.now())
    row = session.query(DuesCollection).one()
    row_file(board, session, row)
    line = session.query(BankDebit).one()
    page = board.get(f"{BASE}/files/{session.query(DebitFile).one().public_id}")
    assert "eerste" in page.text
    refusal = re.search(rf"{BASE}/files/[0-9a-f-]+/{line.mark}", page.text)[0]
    assert "AM04" in board.get(refusal).text
    assert board.post(refusal, data={"code": "AM04"}).status_code == 303
    assert "te weinig op de rekening" in board.get(BASE).text
    assert "te weinig op de rekening" in member.get("/membership/mandate").text
    assert board.get(refusal).status_code == 303
    assert "Bel het lid" in board.get(f"{BASE}/files/{line.file.public_id}").text


def row_file(board, session, row):
    """The day comes near, and the board makes a file."""
    session.execute(text("ALTER TABLE dues_collection DISABLE TRIGGER USER"))
    row.collect_on = row.announced_on + timedelta(days=5)
    session.flush()
    session.execute(text("ALTER TABLE dues_collection ENABLE TRIGGER USER"))
    answer = board.post(f"{BASE}/files")
    assert answer.status_code == 303
    xml = board.get(f"{answer.headers['Location']}.xml")
    assert PAYER in xml.text
    assert xml.headers["Content-Disposition"].startswith("attachment; filename=incasso-")


def test_a_paper_is_written_down_and_ended_by_the_board(board, member, session):
    there = f"{BASE}/mandates/{member.member}"
    assert "Dat kan nog niet" in board.get(there).text
    board.post(f"{BASE}/bank", data=CONTRACT)
    board.post(f"{BASE}/terms", data=DEBITS)
    paper = {"iban": PAYER, "holder": "Anna Voorbeeld", "signed_on": "2035-01-01"}
    assert board.post(there, data=paper).status_code == 422
    today = clock.local_date(clock.now()).isoformat()
    assert board.post(there, data=paper | {"signed_on": today}).status_code == 303
    assert "op papier" in board.get(there).text
    assert board.post(f"{there}/end").status_code == 303
    assert session.query(DebitMandate).one().state.value == "withdrawn"


def test_another_cooperative_sees_nothing(board, member, sign_in, make_organisation, session):
    board.post(f"{BASE}/bank", data=CONTRACT)
    stranger = sign_in(Role.BOARD, make_organisation())
    assert stranger.get(f"{BASE}/mandates/{member.member}").status_code == 404
    assert CREDITOR not in stranger.get(BASE).text
    assert member.get(f"{BASE}/files").status_code == 403
