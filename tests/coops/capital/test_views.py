import csv
import io
import re
from datetime import timedelta

import pytest

from coops.capital import queries
from cwb.kernel.clock import local_date, now
from cwb.kernel.policy import Role
from tests.pdfs import Pdf

TERMS = {
    "share": "100", "dues": "12,50", "dues_every": "month", "pay_days": "14", "notice_months": "2",
    "repay_percent": "25", "bears_losses": "no", "version": "0",
}  # fmt: skip


@pytest.fixture
def home(make_organisation):
    return make_organisation(iban="NL55CWBX0000000910")


@pytest.fixture
def browser(sign_in, home):
    return sign_in(Role.BOARD, home)


def add(browser, contact, name="Amina"):
    data = {"name": name, "contact": contact, "kind": "worker", "joined_on": "2024-01-01"}
    return re.search(r"[0-9a-f-]{36}", browser.post("/members/add", data=data).location)[0]


def test_from_statutes_to_a_receipt(browser, sign_in, home):
    member = sign_in(Role.MEMBER, home)
    assert "Begin met uw statuten" in browser.get("/capital").text
    assert browser.post("/capital/terms", data={**TERMS, "share": "0"}).status_code == 422
    assert browser.post("/capital/terms", data=TERMS).status_code == 303
    assert browser.post("/capital/terms", data=TERMS).status_code == 409
    key = add(browser, member.user.email)
    page = f"/members/{key}/capital"
    assert "Nog niets geboekt" in browser.get(page).text
    assert browser.post(f"{page}/subscribe", data={"shares": "0"}).status_code == 422
    assert browser.post(f"{page}/subscribe", data={"shares": "3"}).status_code == 303
    call = re.search(r"/capital/subscriptions/[0-9a-f-]{36}/call", browser.get(page).text)[0]
    assert browser.post(call).status_code == 303
    assert browser.post(call).status_code == 409
    assert browser.post("/capital/dues").status_code == 303
    assert browser.post("/capital/dues").status_code == 409
    too_much = browser.post(f"{page}/receive", data={"pot": "called", "amount": "301"})
    assert too_much.status_code == 422
    today = local_date(now())
    paid = {"pot": "called", "amount": "200", "paid_on": today.isoformat()}
    assert browser.post(f"{page}/receive", data=paid).status_code == 303
    shown = browser.get(page).text
    assert "Kapitaal gestort" in shown
    own = member.get("/membership/capital").text
    assert "Kapitaal gestort" in own
    assert "Terugdraaien" not in own
    for told in ("100,00", "gevraagd, betalen tot en met", "Lid 1 kapitaal", "Lid 1 contributie", home.iban):
        assert told in own
    for base, who in ((page, browser), ("/membership/capital", member)):
        receipt = re.search(rf"{base}/receipts/[0-9a-f-]{{36}}.pdf", who.get(base).text)[0]
        assert "200,00" in Pdf(who.get(receipt).data).text
        statement = Pdf(who.get(f"{base}/{today.year}.pdf").data).text
        assert "300,00" in statement
        assert "12,50" in statement
    assert sign_in(Role.BOARD).get(page).status_code == 404
    assert sign_in(Role.MEMBER, home).get("/membership/capital").status_code == 404
    browser.post(f"{page}/receive", data=paid | {"amount": "100"})
    for base, who in ((page, browser), ("/membership/capital", member)):
        after = who.get(base).text
        assert ">betaald<" in after
        assert "Lid 1 kapitaal" not in after
        assert "Lid 1 contributie" in after
    undo = re.search(rf"{page}/[0-9a-f-]{{36}}/undo", shown)[0]
    assert browser.post(undo).status_code == 303
    assert "teruggedraaid" in browser.get(page).text


def test_a_new_member_is_asked_the_dues_from_the_own_page(browser):
    browser.post("/capital/terms", data=TERMS)
    early = add(browser, "een@voorbeeld.example")
    browser.post("/capital/dues")
    late = add(browser, "twee@voorbeeld.example")
    assert "Vraag de contributie" not in browser.get(f"/members/{early}/capital").text
    assert "Vraag de contributie" in browser.get(f"/members/{late}/capital").text
    assert browser.post(f"/members/{late}/capital/dues").status_code == 303
    assert browser.post(f"/members/{late}/capital/dues").status_code == 409
    assert "Vraag de contributie" not in browser.get(f"/members/{late}/capital").text


def test_files_for_the_accountant_agree(browser, home):
    browser.post("/capital/terms", data=TERMS)
    keys = [add(browser, f"lid{number}@voorbeeld.example", f"Lid {number}") for number in range(3)]
    browser.post("/capital/dues")
    browser.post(
        f"/members/{keys[0]}/capital/receive",
        data={"pot": "dues", "amount": "12,50", "paid_on": local_date(now()).isoformat()},
    )
    year = local_date(now()).year
    whole = list(
        csv.DictReader(io.StringIO(browser.get(f"/capital/{year}/members.csv").text.lstrip("\ufeff")))
    )
    lines = list(csv.DictReader(io.StringIO(browser.get(f"/capital/{year}/lines.csv").text.lstrip("\ufeff"))))
    assert [each["dues_closing"] for each in whole] == ["0.00", "12.50", "12.50"]
    assert sorted(each["amount"] for each in lines) == ["-12.50", "12.50", "12.50", "12.50"]
    assert browser.get("/capital/1999/lines.csv").status_code == 404


def test_the_board_reminds_who_is_behind(browser, session, home):
    browser.post("/capital/terms", data=TERMS)
    add(browser, "lid@voorbeeld.example")
    browser.post("/capital/dues")
    assert "Herinner wie achter is" not in browser.get("/capital").text
    [run] = queries.runs(session, home.id)
    assert run.due_on == local_date(now()) + timedelta(days=14)
    assert browser.post("/capital/remind").status_code == 303
