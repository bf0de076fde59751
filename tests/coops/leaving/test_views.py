import re

import pytest

from cwb.kernel.clock import local_date, now
from cwb.kernel.policy import Role

KEY = "[0-9a-f-]{36}"
TERMS = {
    "share": "100", "dues": "0", "dues_every": "year", "pay_days": "14", "notice_months": "0",
    "repay_percent": "100", "bears_losses": "no", "version": "0",
}  # fmt: skip


@pytest.fixture
def home(make_organisation):
    return make_organisation()


def add(board, browser):
    data = {"name": "Amina", "contact": browser.user.email, "kind": "worker", "joined_on": "2024-01-01"}
    return re.search(KEY, board.post("/members/add", data=data).location)[0]


def test_a_member_gives_notice_and_is_settled(sign_in, home):
    board, member = sign_in(Role.BOARD, home), sign_in(Role.MEMBER, home)
    key = add(board, member)
    assert "Nog niet mogelijk" in member.get("/membership/leave").text
    board.post("/capital/terms", data=TERMS)
    board.post(f"/members/{key}/capital/subscribe", data={"shares": "1"})
    call = re.search(rf"/capital/subscriptions/{KEY}/call", board.get(f"/members/{key}/capital").text)[0]
    board.post(call)
    board.post(
        f"/members/{key}/capital/receive",
        data={"pot": "called", "amount": "100", "paid_on": board_day(board, key)},
    )
    assert "Niemand vertrekt" in board.get("/leaving").text
    assert "Ja, ik zeg op" in member.get("/membership/leave").text
    assert ">Opzeggen<" in member.get("/membership").text
    assert member.post("/membership/leave").status_code == 303
    shown = member.get("/membership").text
    assert "Uw lidmaatschap eindigt" in shown
    assert ">Opzeggen<" not in shown
    assert member.post("/membership/leave").status_code == 409
    assert member.get("/membership/leave/answer").status_code == 200
    assert member.post("/membership/leave/answer", data={"answer": "Nee"}).status_code == 409
    page = re.search(rf"/leaving/{KEY}", board.get("/leaving").text)[0]
    assert "100,00" in board.get(f"{page}/settle").text
    assert board.post(f"{page}/settle", data={"loss": "1"}).status_code == 422
    assert board.post(f"{page}/settle", data={"loss": "0"}).status_code == 303
    shown = board.get(page).text
    for told in ("Terugbetaling boeken", "Einde van de opzegtermijn", "Afgerekend op", "Geen lid meer vanaf"):
        assert told in shown
    today = f"{local_date(now())}"
    assert board.post(f"{page}/repay", data={"amount": "101", "paid_on": today}).status_code == 422
    assert board.post(f"{page}/repay", data={"amount": "100", "paid_on": today}).status_code == 303
    assert "Terugbetaling boeken" not in board.get(page).text
    assert "notice" in board.get("/leaving/list.csv").text
    assert sign_in(Role.BOARD).get(page).status_code == 404


def board_day(board, key):
    """The day the form proposes."""
    return re.search(r'value="(\d{4}-\d\d-\d\d)"', board.get(f"/members/{key}/capital/receive").text)[1]


def test_who_is_expelled_answers(sign_in, home):
    board, member = sign_in(Role.BOARD, home), sign_in(Role.MEMBER, home)
    key = add(board, member)
    board.post("/capital/terms", data=TERMS)
    noting = f"/members/{key}/leave"
    assert board.post(noting, data={"kind": "expulsion", "reason": ""}).status_code == 422
    page = board.post(noting, data={"kind": "expulsion", "reason": "Kwam <b>nooit</b>."}).location
    assert board.post(f"{page}/settle", data={"loss": "0"}).status_code == 422
    assert "Kwam &lt;b&gt;nooit" in member.get("/membership/leave").text
    assert member.post("/membership/leave/answer", data={"answer": "Ik was ziek."}).status_code == 303
    assert "Ik was ziek." in board.get(page).text
    assert board.post(f"{page}/withdraw").status_code == 303
    assert board.get(page).status_code == 404
    assert "Ja, ik zeg op" in member.get("/membership/leave").text
