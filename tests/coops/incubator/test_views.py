import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from coops.commitments.models import AnchorCommitment
from coops.needs.models import Need
from coops.register.services import register_cooperative
from cwb.kernel.clock import local_date, now
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from tests.coops.enrolment.walk import body
from tests.cwb.files.test_gateway import PDF

TODAY = local_date(now())
SOON = (TODAY + timedelta(days=60)).isoformat()
NEED = {
    "title": "Schoonmaak van gymzalen", "purpose": "Elke dag schoon.", "category": "cleaning", "place": "FB",
    "volume": "40", "unit": "hour_week", "value_visibility": "alliance", "wanted_from": SOON, "expires_on": SOON,
    "visibility": "alliance", "divisible": "y", "value_low": "40000", "value_high": "50000",
}  # fmt: skip


@pytest.fixture
def resident(sign_in):
    return sign_in(Role.RESIDENT)


def test_an_anchor_commits_on_a_cluster_and_the_group_that_answers_it_is_told(
    programme, client, cluster, sign_in, session, make_user
):
    buyer = sign_in(Role.PURCHASER)
    page = cluster.replace("/clusters/", "/commitments/cluster/")
    assert page in buyer.get(cluster).text
    begin = cluster.replace("/clusters/", "/incubator/from/")
    started = programme.post(begin, data={"sentence": "Samen schoon"}).location
    facts = {"kind": "publish_lot", "what": "Wij gunnen u dit", "due_on": SOON}
    assert "gunnen" in buyer.post(page, data=facts).text
    assert buyer.post(page, data={**facts, "what": "Een perceel gymzalen"}).status_code == 303
    assert programme.post(page, data={**facts, "what": "Een perceel"}).status_code == 403
    letter = session.scalars(select(Mail).where(Mail.key.like("commitment-made-%"))).one()
    assert "Een perceel gymzalen" in letter.text
    for address in (page, "/commitments", started):
        assert "Een perceel gymzalen" in buyer.get(address).text, address
    assert "Een perceel gymzalen" in client.get("/commitments").text
    assert "cleaning" in client.get("/commitments/list.csv").text
    made = session.scalars(select(AnchorCommitment)).one()
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE anchor_commitment SET cluster_id = NULL"))
    for name in ("finish", "withdraw"):
        assert buyer.get(f"/commitments/{made.public_id}/{name}").status_code == 200
    assert "Een perceel gymzalen" in buyer.get("/").text
    assert (
        buyer.post(f"/commitments/{made.public_id}/withdraw", data={"reason": "Geen geld"}).status_code == 303
    )
    told = session.scalars(select(Mail.text).where(Mail.key.like("commitment-withdrawn-%"))).one()
    assert "Geen geld" in told
    shown = client.get(started).text
    assert "ingetrokken" in shown, "an anchor that withdraws: what it said and why stays to read"
    assert "Geen geld" in shown


@pytest.fixture
def add_profile(session, make_user, at):
    def add(organisation):
        register_cooperative(
            session, organisation=organisation, kind="worker", description="Wij maken schoon.", sectors=["cleaning"],
            languages=[], user_id=make_user().id, at=at,
        )  # fmt: skip

    return add


@pytest.fixture
def programme(sign_in):
    return sign_in(Role.PROGRAMME)


@pytest.fixture
def page(resident):
    sent = resident.post(
        "/incubator/start", data={"sentence": "Samen gymzalen schoon", "category": "cleaning", "place": "FB"}
    )
    assert sent.status_code == 303, sent.text
    return sent.location


@pytest.fixture
def cluster(sign_in):
    """Two anchors that need the same in neighbouring wijken; the address of their cluster."""
    made = [
        sign_in(Role.PURCHASER).post("/needs/new", data={**NEED, "place": place}).location
        for place in ("FB", "FC")
    ]
    return f"/clusters/neighbours/{made[0].rsplit('/', 1)[1]}"


def test_empty_pages_say_what_to_do(client, resident, programme):
    assert "Kijk welk werk eraan komt" in client.get("/incubator").text
    assert "/incubator/start" in resident.get("/incubator").text
    assert "Nog geen clusters" in programme.get("/clusters").text
    assert "Nog geen toezeggingen" in client.get("/commitments").text
    assert "Bekijk de vraagclusters" in programme.get("/incubator/board").text
    assert "U hebt zich nog niet aangemeld" in resident.get("/talent").text


def test_residents_see_work_nobody_does_and_where_to_join_but_nothing_of_the_alliance(
    resident, client, cluster, sign_in, session
):
    assert "Nu vraagt niemand samen om werk" in client.get("/incubator/work").text, (
        "only the alliance reads these"
    )
    open_to_all = {**NEED, "title": "Kantine schoonmaken", "visibility": "public"}
    for place in ("FB", "FC"):
        sign_in(Role.PURCHASER).post("/needs/new", data={**open_to_all, "place": place})
    started = resident.post(
        "/incubator/start", data={"sentence": "Samen schoon", "category": "cleaning"}
    ).location
    for reader in (client, resident):
        page = reader.get("/incubator/work").text
        assert "niemand kan dit nu helemaal doen" in page
        assert "Kantine schoonmaken" in page
        assert started in page
        for hidden in ("gymzalen", "40.000", "Anker"):
            assert hidden not in page, hidden
    [opened] = set(re.findall(r"/incubator/work/N-[0-9-]+", client.get("/incubator/work").text))
    for reader in (client, resident):
        sum_of_it = reader.get(opened).text
        assert "De rekening, regel voor regel" in sum_of_it
        assert "4.160" in sum_of_it, "80 hours x 52"
        assert "Een van hen hield dat geheim" in sum_of_it
        assert "Met de prijs die de kopers noemen" not in sum_of_it
    assert client.get(f"/incubator/work/{cluster.rsplit('/', 1)[1]}").status_code == 404, "of the alliance"
    for need in session.scalars(select(Need).where(Need.title == "Kantine schoonmaken").order_by(Need.id)):
        assert "Een van hen hield dat geheim" in client.get(opened).text, "until each buyer told"
        need.value_visibility = "public"
        session.commit()
    told = client.get(opened).text
    assert "Een van hen hield dat geheim" not in told
    assert "De kopers noemen minder dan dit werk kost" in told, "80,000 to 100,000 for 4,160 hours"
    assert "/talent" in resident.get("/incubator/work").text
    assert "Niets gevonden" in client.get("/incubator/work?category=green").text
    assert "cleaning" in client.get("/incubator/work.csv").text


def test_a_cluster_shows_its_arithmetic_and_an_assumption_can_be_changed(programme, client, cluster):
    assert cluster in programme.get("/clusters").text
    shown = programme.get(cluster).text
    for written in (
        "80", "in de wijk zelf", "in een wijk ernaast", "De rekening, regel voor regel", "4.160", "80.000", "juridisch",
    ):  # fmt: skip
        assert written in shown, written
    for name in ("wage", "price"):
        box = re.search(rf'<input[^>]* name="{name}"[^>]*>', shown)[0]
        assert re.search(r'value="\d+,\d\d"', box), "an amount has its cents"
    dearer = programme.get(f"{cluster}?wage=30").text
    assert "De prijs betaalt niet iedereen" in dearer
    assert "wettelijk minimumloon van 14,71" in programme.get(f"{cluster}?wage=9").text
    assert "Schrijf een getal" in programme.get(f"{cluster}?wage=veel").text
    assert cluster.rsplit("/", 1)[1] in programme.get("/clusters/list.csv").text
    assert programme.get("/clusters/neighbours/N-2020-0001").status_code == 404
    assert programme.get(cluster.replace("neighbours", "area")).status_code == 200
    assert programme.get(cluster.replace("neighbours", "place")).status_code == 404
    assert programme.get(cluster.replace("neighbours", "moon")).status_code == 404
    assert client.get(cluster).status_code == 303


def test_the_programme_begins_an_initiative_from_a_cluster(programme, client, cluster):
    begin = cluster.replace("/clusters/", "/incubator/from/")
    assert f"{begin}?wage=17" in programme.get(f"{cluster}?wage=17").text.replace("&amp;", "&")
    sent = programme.post(f"{begin}?wage=17", data={"sentence": "Samen schoon in Geuzenveld"})
    assert sent.status_code == 303, sent.text
    shown = client.get(sent.location).text
    assert "17" in shown
    assert "geen belofte van werk" in shown


def test_from_sentence_to_a_checked_step_on_the_pages(
    resident, client, programme, sign_in, page, make_organisation, add_profile
):
    assert "Idee" in client.get(page).text
    other = sign_in(Role.RESIDENT)
    for who, button in ((resident, "Ik teken om mee op te richten"), (other, "Ik wil mee oprichten")):
        assert button in who.get(page).text
        assert who.post(f"{page}/sign", data={"stands": "yes"}).status_code == 303
    assert "De groep geeft antwoord" in other.get(page).text
    for path in ("step", "task", "learned", "stop"):
        assert other.get(f"{page}/{path}").status_code == 403, "asking gives no right"
    way = re.search(r'href="([^"]+/request/[^"]+)"', resident.get(page).text)[1]
    assert other.get(way).status_code == programme.get(way).status_code == 403
    assert "wil mee oprichten" in resident.get(way).text
    assert "Iemand wil mee oprichten" in resident.get("/").text
    assert resident.post(way, data={"accept": "no"}).status_code == 422
    assert resident.post(way, data={"accept": "yes"}).status_code == 303
    assert resident.post(way, data={"accept": "yes"}).status_code == 404
    assert other.get(f"{page}/step").status_code == 200
    assert client.post(f"{page}/sign", data={"stands": "yes"}).location.startswith("/login")
    facts = {"step": "kvk", "reached_on": TODAY.isoformat(), "text": "Uittreksel in de map"}
    first = resident.get(f"{page}/step").text
    assert "Het KvK-nummer komt na de akte van de notaris." in first
    assert 'value="kvk"' not in first, "what cannot be there yet is not offered"
    assert resident.post(f"{page}/step", data={**facts, "kvk": "12345678"}).status_code == 422
    drawn = {**facts, "step": "draft", "text": "Concept bij de notaris"}
    assert resident.post(f"{page}/step", data=drawn).status_code == 303
    assert "concept" in client.get(page).text
    assert "telt nog niet" in client.get(page).text
    final = {**facts, "step": "statutes", "text": "De akte"}
    refused = resident.post(f"{page}/step", data=final)
    assert "Voeg de definitieve statuten toe." in refused.text
    assert resident.post(f"{page}/step", **body(PDF, "akte.pdf", **final)).status_code == 303
    assert "telt nog niet" not in client.get(page).text
    refused = resident.post(f"{page}/step", data=facts)
    assert refused.status_code == 422
    assert "acht cijfers" in refused.text
    assert resident.post(f"{page}/step", data={**facts, "kvk": "12345678"}).status_code == 303
    assert "Uittreksel in de map" not in client.get(page).text
    inside = programme.get(page).text
    assert "Uittreksel in de map" in inside
    _deed, address = re.findall(r'href="([^"]+/check)"', inside)
    extract = {"verdict": "seen", "kind": "other", "dated_on": TODAY.isoformat(), "place": "Handelsregister"}
    assert programme.post(address, data=extract).status_code == 303
    assert "gecontroleerd, telt tot" in client.get(page).text
    asked = resident.get(page).text
    assert "Meld nu uw coöperatie aan" in asked
    onward = html.unescape(re.search(r'href="(/cooperatives/join/who[^"]+)"', asked)[1])
    assert "kvk=12345678" in onward, "founders are led on to register"
    assert 'value="12345678"' in resident.get(onward).text, "with the number they gave before"
    assert resident.get("/cooperatives/join/who?kvk=<x>").status_code == 200
    there = make_organisation(name="Samen Schoon", kvk_number="12345678")
    assert "Samen Schoon" not in client.get(page).text, "who has a number may have left the register"
    add_profile(there)
    shown = client.get(page).text
    assert "Samen Schoon" in shown
    assert "kvk" in client.get("/incubator/list.csv").text


def test_who_founds_twice_is_told_and_keeps_both(resident, page):
    assert resident.post(f"{page}/sign", data={"stands": "yes"}).status_code == 303
    begin = resident.get("/incubator/start").text
    assert "U staat al bij een initiatief" in begin
    assert page in begin
    first = {"sentence": "Fietsen repareren", "category": "green", "place": "FC"}
    assert resident.post("/incubator/start", data=first).status_code == 303
    again = resident.post("/incubator/start", data={**first, "sentence": " fietsen Repareren"})
    assert again.status_code == 422
    assert "U begon dit initiatief al" in again.text
    other = resident.post(
        "/incubator/start", data={"sentence": "Nog een", "category": "green", "place": "FC"}
    ).location
    signed = resident.post(f"{other}/sign", data={"stands": "yes"}, follow_redirects=True).text
    assert "U staat ook bij “" in signed
    for address in (page, other):
        assert "U tekende om mee op te richten" in resident.get(address).text


def test_strangers_do_not_work_on_it(page, sign_in):
    stranger = sign_in(Role.RESIDENT)
    for path in ("step", "task", "learned", "stop"):
        assert stranger.get(f"{page}/{path}").status_code == 403
    assert "Een taak erbij" not in stranger.get(page).text


def test_a_task_and_what_was_learned(resident, client, page, sign_in):
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    task = {"text": "Notaris bellen", "owner": "founders", "due_on": yesterday}
    assert resident.post(f"{page}/task", data=task).status_code == 422
    resident.post(f"{page}/task", data={**task, "due_on": SOON})
    assert "Notaris bellen" in client.get(page).text
    assert "Notaris bellen" not in resident.get("/").text  # not due within a fortnight
    address = resident.get(page).text.split("/task/")[1].split("/done")[0]
    assert resident.post(f"{page}/task/{address}/done").status_code == 303
    assert resident.post(f"{page}/task/{address}/done").status_code == 409
    number = (
        sign_in(Role.PURCHASER)
        .post("/needs/new", data={**NEED, "visibility": "public"})
        .location.rsplit("/", 1)[1]
    )
    assert (
        resident.post(f"{page}/learned", data={"text": "Er komt een perceel", "number": number}).status_code
        == 303
    )
    assert "Er komt een perceel" in client.get(page).text
    assert f"/needs/{number}" in client.get(page).text
    assert f"/incubator/heard?need={number}" in client.get(f"/needs/{number}").text
    assert "Er komt een perceel" in client.get(f"/incubator/heard?need={number}").text
    assert "Er komt een perceel" in client.get("/incubator/heard").text
    assert "Er komt een perceel" not in client.get("/incubator/heard?need=N-2020-0001").text


def test_an_anchor_commits_keeps_and_withdraws(client, sign_in, page):
    buyer = sign_in(Role.PURCHASER)
    make = page.replace("/incubator/", "/commitments/for/")
    assert make in buyer.get(page).text
    refused = buyer.post(make, data={"kind": "publish_lot", "what": "Wij gunnen u het werk", "due_on": SOON})
    assert refused.status_code == 422
    assert "kan niet met een toezegging" in refused.text
    for what in ("Een perceel van 40 uur", "Nog een perceel"):
        assert buyer.post(make, data={"kind": "publish_lot", "what": what, "due_on": SOON}).status_code == 303
    home = buyer.get("/").text
    assert "U zei toe een perceel te publiceren: Een perceel van 40 uur" in home
    one, other = sorted(
        {part.split("/finish")[0] for part in home.split("/commitments/")[1:] if "/finish" in part}
    )[:2]
    assert buyer.get(f"/commitments/{one}/finish").status_code == 200
    assert buyer.post(f"/commitments/{one}/finish", data={"proof": ""}).status_code == 422
    assert buyer.post(f"/commitments/{one}/finish", data={"proof": "T-2026-0001"}).status_code == 303
    assert buyer.post(f"/commitments/{other}/withdraw", data={"reason": "Geen geld"}).status_code == 303
    assert sign_in(Role.PURCHASER).get(f"/commitments/{one}/finish").status_code == 404
    shown = client.get(page).text
    assert "T-2026-0001" in shown
    assert "Geen geld" in shown
    assert "withdrawn" in client.get("/commitments/list.csv").text


def test_a_resident_puts_itself_forward_shares_and_erases(resident, client, programme, page):
    about = {
        "name": "Zon",
        "contact": "zon@voorbeeld.example",
        "skills": "cleaning",
        "hours": "16",
        "place": "FB",
    }
    assert resident.post("/talent/change", data=about).status_code == 422
    assert (
        resident.post("/talent/change", data={**about, "consent": "y", "name": "111222333"}).status_code
        == 422
    )
    assert resident.post("/talent/change", data={**about, "consent": "y"}).status_code == 303
    assert "English" in resident.get("/talent").text  # the choice of language stays on the page
    offer = page.replace("/incubator/", "/talent/offer/")
    assert resident.post(offer, data={"offers": "yes"}).status_code == 303
    assert "Zon" not in client.get(page).text
    assert "zon@voorbeeld.example" not in programme.get(page).text
    assert programme.post(f"{page}/coach", data={"coaches": "yes"}).status_code == 303
    assert "zon@voorbeeld.example" in programme.get(page).text
    share = page.replace("/incubator/", "/talent/share/")
    assert resident.post(share, data={"shared": "yes"}).status_code == 303
    assert "zon@voorbeeld.example" in resident.get("/talent/copy.json").text
    assert resident.post("/talent/erase", data={}).status_code == 422
    assert resident.post("/talent/erase", data={"sure": "y"}).status_code == 303
    assert "Zon" not in programme.get(page).text
    assert resident.get("/talent/copy.json").text == "null"


def test_who_has_no_profile_is_led_to_one(resident, page):
    sent = resident.post(page.replace("/incubator/", "/talent/offer/"), data={"offers": "yes"})
    number = page.removeprefix("/incubator/")
    assert (sent.status_code, sent.location) == (303, f"/talent/change?initiative={number}")
    assert "U wilt meedoen met" in resident.get(sent.location).text
    told = {"name": "Zon", "contact": "zon@voorbeeld.example", "skills": ["cleaning"], "consent": "y"}
    assert resident.post(sent.location, data=told).status_code == 303
    assert page in resident.get("/talent").text, "what one came for is not lost on the way"
    for other in ("", "no-number", number.replace(number[:2], "ff")):
        assert "U wilt meedoen met" not in resident.get(f"/talent/change?initiative={other}").text


def test_a_visitor_with_the_address_of_an_initiative_finds_the_way_in(client, resident, page):
    assert f"/login?next={page}" in client.get(page).text
    assert "Ik wil meedoen" not in resident.get(page).text, "who began it is asked to sign, not to join"
    assert "Nu aan de beurt: Oprichtersgroep" in resident.get(page).text
    assert f"http://localhost{page}" in resident.get(page).text


def test_a_group_begins_with_the_work_it_saw(resident):
    shown = resident.get("/incubator/start?category=green&place=FB").text
    assert re.search(r'<option value="green" selected>', shown)
    assert re.search(r'<option value="FB" selected>', shown)


def test_the_board_shows_who_has_no_coach(programme, page):
    assert "nog niemand" in programme.get("/incubator/board").text
    programme.post(f"{page}/coach", data={"coaches": "yes"})
    assert "nog niemand" not in programme.get("/incubator/board").text
    assert programme.post(f"{page}/coach", data={"coaches": "no"}).status_code == 303
