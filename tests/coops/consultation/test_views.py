from datetime import timedelta

import pytest

from cwb.kernel.clock import LOCAL, local_date, now
from cwb.kernel.policy import Role

SOON = (local_date(now()) + timedelta(days=60)).isoformat()
NEED = {
    "title": "Schoonmaak van drie buurthuizen", "purpose": "Elke dag schoon.", "category": "cleaning", "place": "FB",
    "volume": "40", "unit": "hour_week", "value_visibility": "alliance", "wanted_from": SOON, "expires_on": SOON,
    "visibility": "public", "divisible": "y",
}  # fmt: skip


def later(days):
    return (now() + timedelta(days=days)).astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def buyer(sign_in):
    return sign_in(Role.PURCHASER)


@pytest.fixture
def address(buyer):
    return buyer.post("/needs/new", data=NEED).location


def test_the_page_says_what_to_do_before_there_is_anything(client, buyer, address):
    assert "Nog geen marktconsultatie" in client.get(f"{address}/consultation").text
    assert f"{address}/consultation/start" in buyer.get(f"{address}/consultation").text
    assert f"{address}/consultation/start" not in client.get(f"{address}/consultation").text


def test_asking_and_answering_on_the_pages(client, buyer, sign_in, address):
    page = f"{address}/consultation"
    refused = buyer.post(f"{page}/start", data={"purpose": "x", "questions": "Wat?", "closes_at": later(1)})
    assert refused.status_code == 422
    assert "minstens 7 dagen" in refused.text
    assert "Wat?" in refused.text
    sent = buyer.post(
        f"{page}/start", data={"purpose": "Raad", "questions": "Wat kan?\nWanneer?", "closes_at": later(9)}
    )
    assert sent.status_code == 303, sent.text
    board = sign_in(Role.BOARD)
    form = board.get(f"{page}/answer").text
    assert "Wat kan?" in form
    assert "Wanneer?" in form
    empty = board.post(f"{page}/answer", data={"answers-0": "", "answers-1": " "})
    assert empty.status_code == 422
    assert "minstens één vraag" in empty.text
    board.post(f"{page}/answer", data={"answers-0": "Geheim plan", "answers-1": ""})
    assert "Geheim plan" in board.get(page).text
    assert "Geheim plan" in buyer.get(page).text
    assert "Geheim plan" in buyer.get(f"{page}/answers.csv").text
    assert "Geheim plan" not in client.get(page).text
    other = sign_in(Role.PURCHASER)
    assert "Geheim plan" not in other.get(page).text
    for path in ("start", "report", "answers.csv"):
        assert other.get(f"{page}/{path}").status_code == 403, path
    early = buyer.post(f"{page}/report", data={"report": "Klaar"})
    assert early.status_code == 422
    assert "loopt nog" in early.text


def test_other_anchors_join_a_need_and_the_parts_add_up(client, buyer, sign_in, address):
    assert buyer.get(f"{address}/join").status_code == 403
    other = sign_in(Role.PURCHASER)
    assert f"{address}/join" in other.get(address).text
    wrong = other.post(f"{address}/join", data={"volume": "-3"})
    assert wrong.status_code == 422
    half = other.post(f"{address}/join", data={"value_low": "1000"})
    assert half.status_code == 422
    joined = other.post(f"{address}/join", data={"volume": "10,5", "value_low": "1000", "value_high": "2000"})
    assert joined.status_code == 303, joined.text
    assert "50,5" in client.get(address).text
    assert "2.000" not in client.get(address).text
    assert "Samen, waarde" in other.get(address).text
    other.post(f"{address}/join", data={"volume": "20"})
    assert "60 uur per week" in client.get(address).text
    other.post(f"{address}/leave", data={})
    assert "Samen met anderen" not in client.get(address).text
