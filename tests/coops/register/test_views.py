import pytest
from sqlalchemy import text

from coops.register import queries, services
from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from tests.proving import SEEN, prove


@pytest.fixture
def board(sign_in, session):
    browser = sign_in(Role.BOARD)
    session.commit()
    return browser


@pytest.fixture
def listed(board, session):
    services.register_cooperative(
        session, organisation=board.organisation, user_id=board.user.id, at=now(), kind="worker",
        description="<script>alert(1)</script> مرحبا", sectors=["cleaning"], languages=["ar"], place_code="FB",
        claims={"surplus": "members"},
    )  # fmt: skip
    session.commit()
    return board.organisation


def test_an_empty_directory_says_what_to_do(client):
    page = client.get("/cooperatives")
    assert page.status_code == 200
    assert "Nog geen coöperaties" in page.text


def test_filters_and_csv_show_the_same(client, listed):
    assert listed.name in client.get("/cooperatives?sector=cleaning&language=ar").text
    assert "Niets gevonden" in client.get("/cooperatives?sector=green").text
    assert "Niets gevonden" in client.get("/cooperatives?verified=y").text
    assert listed.name in client.get("/cooperatives?q=SCRIPT").text
    assert listed.name in client.get("/cooperatives/list.csv").text
    assert listed.name not in client.get("/cooperatives/list.csv?kind=residents").text
    assert "Niets gevonden" in client.get("/cooperatives?computed=worker&sure=e2&hours=10").text
    for page in ("/cooperatives", "/cooperatives/map"):
        wrong = client.get(f"{page}?hours=tien&place=XX").text
        assert "Hier kunnen wij niet op zoeken" in wrong
        assert "Schrijf een heel getal" in wrong
        assert "Dit staat niet in de lijst" in wrong
    told = client.get("/cooperatives/organizations.json?language=ar").json
    assert [each["name"] for each in told] == [listed.name]
    assert client.get("/cooperatives/organizations.json?kind=residents").json == []


@pytest.mark.parametrize(
    "word", ["schoonmaak", "Reiniging", "poetsen", "ramen wassen", "cleaning", "90911200", "909"]
)
def test_a_search_finds_the_kind_of_work_under_its_other_names(client, listed, word):
    assert listed.name in client.get("/cooperatives", query_string={"q": word}).text
    assert listed.name in client.get("/cooperatives/list.csv", query_string={"q": word}).text


@pytest.mark.parametrize("word", ["hovenier", "77310000", "po", "9", "schoonmaak hovenier"])
def test_a_search_for_other_work_does_not(client, listed, word):
    assert "Niets gevonden" in client.get("/cooperatives", query_string={"q": word}).text


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
    empty = browser.post(address + "/verify", data={})
    assert "Kies uw besluit." in empty.text
    assert "Schrijf waarom u dit besluit." in empty.text
    nothing = browser.post(address + "/verify", data={"verdict": "verified", "note": "ok"})
    assert nothing.status_code == 422
    assert "Beoordeel eerst een feit." in nothing.text
    assert "ok</textarea>" in nothing.text
    prove(session, queries.find_cooperative(session, listed.id), "surplus", user_id=browser.user.id, at=now())
    session.commit()
    assert "Artikel 7" in browser.get(address + "/verify").text
    sent = browser.post(address + "/verify", data={"verdict": "verified", "note": "Statuten"})
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


def test_others_do_not_verify(sign_in, session, listed):
    for role, allowed in ((Role.PURCHASER, 403), (Role.MEMBER, 403)):
        browser = sign_in(role)
        session.commit()
        assert browser.get(f"/cooperatives/{listed.public_id}/verify").status_code == allowed


def test_one_fact_is_judged_on_a_paper_and_the_history_says_so(sign_in, session, listed, board):
    browser = sign_in(Role.PROGRAMME)
    session.commit()
    address = f"/cooperatives/{listed.public_id}"
    judge = f"{address}/facts/surplus/judge"
    assert 'value="e2"' not in browser.get(judge).text, "no register tells where surplus goes"
    for facts in (
        {},
        {"grade": "e2", **SEEN},
        {"grade": "e3", "paper": " "},
        {"grade": "e0", "reason": ""},
        {"grade": "e9", "paper": "x"},
    ):
        assert browser.post(judge, data=facts).status_code == 422
    assert browser.get(f"{address}/facts/open_entry/judge").status_code == 404
    assert browser.post(judge, data={"grade": "e4", **SEEN}).status_code == 303
    assert "bevestigd door een buitenstaander" in browser.get(address).text
    assert (
        browser.post(judge, data={"grade": "e0", "reason": "Artikel 7 zegt iets anders."}).status_code == 303
    )
    assert "Artikel 7" not in browser.get(address).text
    for reader in (board, browser):
        shown = reader.get(f"{address}/history").text
        assert "Bij de notaris" in shown
        assert "Artikel 7 zegt iets anders." in shown
    assert sign_in(Role.BOARD).get(f"{address}/history").status_code == 403


def test_the_map_counts_each_wijk_and_leads_to_its_list(client, listed, session):
    page = client.get("/cooperatives/map").text
    assert "Coöperaties op de kaart" in page
    assert "/cooperatives?place=FB" in page
    narrowed = client.get("/cooperatives/map?sector=cleaning").text
    assert "sector=cleaning&amp;place=FB" in narrowed
    assert "Niets gevonden" in client.get("/cooperatives/map?sector=green").text
    assert "Niets gevonden" in client.get("/cooperatives/map?verified=y").text
    assert queries.by_place(session, now()) == {"FB": (1, 1)}
    session.execute(text("UPDATE cooperative SET place_said = true"))
    assert queries.by_place(session, now()) == {"FB": (1, 0)}, "it says so itself"
    assert "1, waarvan 0 volgens hun adres" in client.get("/cooperatives/map?again").text
    assert queries.by_place(session, now(), queries.Sought(kind="residents")) == {}


def test_a_share_of_few_members_tells_others_only_whether_it_is_the_majority(board, client, session, sign_in):
    services.register_cooperative(
        session, organisation=board.organisation, user_id=board.user.id, at=now(), kind="worker",
        description="Wij maken schoon.", sectors=["cleaning"], languages=["nl"], place_code="FB", members=11, people=20,
        claims={"votes_residents": "29", "votes_workers": "73", "work_by_members": "62"},
    )  # fmt: skip
    session.commit()
    address = f"/cooperatives/{board.organisation.public_id}"
    for browser in (client, sign_in(Role.PURCHASER)):
        page = browser.get(address).text
        assert "29 %" not in page
        assert "73 %" not in page
        assert "minder dan 51 %" in page
        assert "51 % of meer" in page
        assert "62 %" in page, "12 and 8 of 20 people"
        assert "Gaat een percentage over minder dan 5 mensen?" in page
    own = board.get(address).text
    assert "29 %" in own
    assert "73 %" in own
    assert "Gaat een percentage over" not in own


def test_who_checks_a_profile_sees_the_names_that_are_nearly_the_same(
    sign_in, session, listed, make_organisation
):
    listed.name = "Groen Osdorp-Midden (voorbeeld)"
    make_organisation(name="Coöperatie Groen Osdorp Midden U.A.")
    make_organisation(name="Schoon Alleen")
    browser = sign_in(Role.PROGRAMME)
    session.commit()
    page = browser.get(f"/cooperatives/{listed.public_id}/verify").text
    assert "Lijkt op een organisatie die hier al is" in page
    assert "Coöperatie Groen Osdorp Midden U.A." in page
    assert "Schoon Alleen" not in page
    listed.name = "Iets heel anders"
    session.commit()
    assert "Lijkt op" not in browser.get(f"/cooperatives/{listed.public_id}/verify").text
