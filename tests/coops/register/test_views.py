import pytest

from coops.register import services
from cwb.kernel.clock import now
from cwb.kernel.policy import Role

FORM = {
    "kind": "worker", "description": "Wij maken schoon.", "sectors": ["cleaning"], "languages": ["nl"],
    "place": "FB", "weekly_hours": "40", "surplus": "members", "votes_workers": "80", "last_meeting": "2026-03-01",
}  # fmt: skip


@pytest.fixture
def board(sign_in, session):
    browser = sign_in(Role.BOARD)
    session.commit()
    return browser


@pytest.fixture
def listed(board, session):
    services.register_cooperative(
        session, organisation=board.organisation, user_id=board.user.id, at=now(), kind="worker",
        description="<script>alert(1)</script> مرحبا", sectors=["cleaning"], languages=["ar"], claims={"surplus": "members"},
    )  # fmt: skip
    session.commit()
    return board.organisation


def test_an_empty_directory_says_what_to_do(client):
    page = client.get("/cooperatives")
    assert page.status_code == 200
    assert "Nog geen coöperaties" in page.text


def test_registering_shows_the_profile(board):
    sent = board.post("/cooperatives/register", data=FORM)
    assert sent.status_code == 303, sent.text
    page = board.get(sent.location)
    assert "zelf opgegeven" in page.text
    assert "80 %" in page.text
    again = board.get("/cooperatives/register")
    assert "Wij maken schoon." in again.text
    assert 'value="80"' in again.text


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "bank"}, {"sectors": []}, {"sectors": ["witchcraft"]}, {"weekly_hours": "-3"}, {"votes_workers": "101"},
        {"description": ""}, {"description": "x" * 5001}, {"last_meeting": "2199-01-01"}, {"weekly_hours": "veel"},
    ],
)  # fmt: skip
def test_bad_input_is_shown_and_changes_nothing(board, change):
    sent = board.post("/cooperatives/register", data={**FORM, **change})
    assert sent.status_code == 422
    assert "Er is iets niet goed gegaan" in sent.text
    assert "Nog geen coöperaties" in board.get("/cooperatives").text


def test_filters_and_csv_show_the_same(client, listed):
    assert listed.name in client.get("/cooperatives?sector=cleaning&language=ar").text
    assert "Niets gevonden" in client.get("/cooperatives?sector=green").text
    assert "Niets gevonden" in client.get("/cooperatives?verified=y").text
    assert listed.name in client.get("/cooperatives?q=SCRIPT").text
    assert listed.name in client.get("/cooperatives/list.csv").text
    assert listed.name not in client.get("/cooperatives/list.csv?kind=residents").text


def test_what_people_type_is_never_run(client, listed):
    page = client.get(f"/cooperatives/{listed.public_id}")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize("address", ["/cooperatives/x", "/cooperatives/0197-7", "/cooperatives/" + "0" * 32])
def test_an_unknown_address_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_the_programme_verifies_and_the_page_says_so(sign_in, session, listed):
    browser = sign_in(Role.PROGRAMME)
    session.commit()
    address = f"/cooperatives/{listed.public_id}"
    assert browser.get(address + "/verify").status_code == 200
    assert browser.post(address + "/verify", data={"verdict": "verified", "note": ""}).status_code == 422
    empty = browser.post(address + "/verify", data={})
    assert "Kies uw besluit." in empty.text
    assert "Schrijf welk stuk u zag, of wat beter moet." in empty.text
    sent = browser.post(
        address + "/verify", data={"verdict": "verified", "claims": ["surplus"], "note": "Statuten"}
    )
    assert sent.status_code == 303
    assert "stuk gezien" in browser.get(address).text
    assert listed.name in browser.get("/cooperatives?verified=y").text


def test_a_coach_is_kept_from_verifying(sign_in, session, listed):
    browser = sign_in(Role.PROGRAMME)
    session.commit()
    address = f"/cooperatives/{listed.public_id}"
    assert browser.post(address + "/coach", data={"coaches": "yes"}).status_code == 303
    assert browser.get(address + "/verify").status_code == 403
    assert "begeleid deze coöperatie niet meer" in browser.get(address).text


def test_others_do_not_verify_or_register(sign_in, session, listed):
    for role, allowed in ((Role.PURCHASER, 403), (Role.MEMBER, 403)):
        browser = sign_in(role)
        session.commit()
        assert browser.get(f"/cooperatives/{listed.public_id}/verify").status_code == allowed
        assert browser.get("/cooperatives/register").status_code == allowed
