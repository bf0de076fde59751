"""A member gives a mandate on the phone and is debited; the board sees it; others do not."""

import re

import pytest

from coops.collecting import services
from coops.collecting.models import DuesCollection
from cwb.kernel import clock
from cwb.kernel.policy import Role
from ledger.checkout.services import open_till
from ledger.mandates.models import DebitMandate
from tests.coops.capital.test_views import TERMS, add

DEBITS = {"notice_days": "14", "words": "Contributie De Tuin", "version": "0"}
OWN = "/membership/mandate"


@pytest.fixture
def home(make_organisation):
    return make_organisation(iban="NL55CWBX0000000910")


@pytest.fixture
def board(sign_in, home):
    return sign_in(Role.BOARD, home)


@pytest.fixture
def member(sign_in, session, board, home):
    """A member of a cooperative that collects."""
    browser = sign_in(Role.MEMBER, home)
    board.post("/capital/terms", data=TERMS)
    browser.member = add(board, browser.user.email)
    assert "Incasseren kan nog niet" in board.get("/capital/collections").text
    assert "incasseert nog niet" in browser.get(OWN).text
    open_till(session, organisation_id=home.id, account="acct_practice01", at=clock.now())
    assert "Begin met incasseren" in board.get("/capital/collections").text
    assert board.post("/capital/collections/terms", data=DEBITS | {"notice_days": "1"}).status_code == 422
    assert board.post("/capital/collections/terms", data=DEBITS).status_code == 303
    assert board.post("/capital/collections/terms", data=DEBITS).status_code == 409
    return browser


def give(member, how="accept"):
    """Tick, go to the page for practice, and come back."""
    assert member.post(OWN, data={}).status_code == 422
    answer = member.post(OWN, data={"agreed": "y"})
    assert answer.location == f"{OWN}/back"
    assert member.get(answer.location).location == OWN
    page = re.search(r"/online-payments/practice/mandates/cs_test_\w+", member.get(OWN).text)[0]
    assert "geen echt geld" in member.get(page).text
    answer = member.post(page, data={"how": how})
    assert answer.location == f"{OWN}/back"
    member.get(answer.location)
    return page


def test_from_a_tick_to_a_debit_that_is_returned(session, member, board, home, at):
    assert "Machtiging voor contributie" in member.get("/membership").text
    shown = member.get(OWN).text
    for told in ("Minstens 14 dagen vooraf", "binnen 8 weken", "Contributie De Tuin", home.name):
        assert told in shown
    page = give(member)
    shown = member.get(OWN).text
    for told in ("Uw machtiging staat", "3000", "LID1-", "Minstens 14 dagen vooraf", "nog geen"):
        assert told in shown
    assert member.get(page).status_code == 303  # used
    board.post("/capital/dues")
    assert services.announce(session, organisation_id=home.id, at=clock.now()) == 1
    session.commit()
    assert "aangekondigd" in member.get(OWN).text
    listed = board.get("/capital/collections").text
    assert "1 van 1" in listed
    stop = re.search(r"/capital/collections/[0-9a-f-]{36}/stop", listed)[0]
    assert member.post(stop).status_code == 403
    [made] = session.query(DuesCollection)
    session.commit()
    services.collect(session, run_id=made.run_id, member_id=made.member_id, at=clock.now() + (made.collect_on - made.announced_on))  # fmt: skip
    session.commit()
    assert board.post(stop).status_code == 409  # it went to the bank
    payment = re.search(r"/online-payments/[0-9a-f-]{36}", member.get(OWN).text)[0]
    member.get(f"{payment}/back")
    practice = re.search(r"/online-payments/practice/pi_\w+", member.get(payment).text)[0]
    for how in ("debited", "unknown"):
        member.get(member.post(practice, data={"how": how}).location)
    shown = board.get("/capital/collections").text
    assert "teruggehaald" in shown
    assert "geen geldige machtiging" in shown
    assert "MD01" in shown
    assert "Een incasso is teruggehaald" in board.get("/online-payments").text
    assert "geen geldige machtiging" in board.get("/online-payments").text
    assert "beëindigd door de bank" in member.get(OWN).text
    listing = board.get("/capital/collections/list.csv").text
    assert "returned" in listing
    assert "MD01" in listing


def test_a_mandate_is_withdrawn_on_the_same_page(session, member, board):
    give(member, how="expire")
    assert "niet afgemaakt" in member.get(OWN).text
    give(member)
    assert member.post(f"{OWN}/withdraw").status_code == 303
    assert "ingetrokken" in member.get(OWN).text
    assert member.post(f"{OWN}/withdraw").status_code == 409  # it is over
    assert session.query(DebitMandate).count() == 2


def test_a_mandate_is_ones_own(member, board, sign_in, home):
    member.post(OWN, data={"agreed": "y"})
    member.get(f"{OWN}/back")
    page = re.search(r"/online-payments/practice/mandates/cs_test_\w+", member.get(OWN).text)[0]
    assert sign_in(Role.MEMBER, home).get(page).status_code == 403
    assert sign_in(Role.MEMBER, home).get(OWN).status_code == 404
    assert member.get("/capital/collections").status_code == 403
    assert member.get("/online-payments/practice/mandates/cs_test_0").status_code == 404
