import re

import pytest

from coops.aid.models import OtherAid
from coops.arrangements.models import SupportAgreement
from coops.support.models import SupportOffer, SupportRequest
from cwb.kernel import clock
from cwb.kernel.policy import Role
from tests.pdfs import Pdf

from .conftest import sit


@pytest.fixture
def table(session):
    return sit(session, clock.now())


def typed(day):
    return day.strftime("%d-%m-%Y")


@pytest.fixture
def hall(table, session, sign_in_user):
    """Browsers of the giver, the receiver and a second person of the receiver."""
    table.users.giver.totp_confirmed_at, table.users.giver.totp_secret = table.at, b""
    session.commit()
    return [sign_in_user(getattr(table.users, each)) for each in ("giver", "receiver", "second")]


def days(table):
    return {"starts_on": typed(table.first), "ends_on": typed(table.last)}


PRICED = {"price": "60", "market": "140", "market_how": "Makelaar"}


def test_offers_and_requests_are_placed_found_and_proposed(table, session, hall, client, sign_in):
    giver, receiver, _ = hall
    data = {"title": "Plint <b>", "text": "", "amount": "120", "place": ""} | PRICED | days(table)
    assert giver.get("/support/new/boot").status_code == 404
    for bad in ({"amount": "-3"}, {"amount": "1,5"}, {"market": "10"}, {"ends_on": typed(table.first)}):
        assert giver.post("/support/new/premises", data=data | bad).status_code == 422
    assert giver.post("/support/new/premises", data=data).status_code == 303
    lending = {"title": "Lening", "amount": "20000"} | days(table)
    assert giver.post("/support/new/credit", data=lending).status_code == 303
    offer, credit = session.query(SupportOffer).order_by(SupportOffer.id).all()
    assert "Plint &lt;b&gt;" in client.get("/support?kind=premises&text=plint").text
    assert "Niets gevonden" in client.get("/support?text=zeppelin").text
    assert "Makelaar" in client.get("/support/list.csv").text
    asked = {"party": "cooperative", "kind": "premises", "title": "Werkplaats", "amount": "80", "place": ""}
    assert (
        receiver.post("/support/requests/new", data=asked | days(table) | {"party": "x"}).status_code == 422
    )
    assert receiver.post("/support/requests/new", data=asked | days(table)).status_code == 303
    page = f"/support/requests/{session.query(SupportRequest).one().public_id}"
    assert "Genoeg vrij: 120, gevraagd 80" in receiver.get(page).text
    stranger = sign_in(Role.RESIDENT)
    assert stranger.get(page).status_code == 404
    assert "Werkplaats" in giver.get("/support/requests").text
    propose, terms = f"{page}/propose/{offer.public_id}", {"amount": "80"} | PRICED | days(table)
    assert stranger.get(propose).status_code == 403
    assert giver.post(propose, data=terms | {"amount": "121"}).status_code == 422
    assert giver.post(f"{page}/propose/{credit.public_id}", data=terms).status_code == 422
    assert giver.post(propose, data=terms).status_code == 303
    here = f"/support/agreements/{session.query(SupportAgreement).one().public_id}"
    assert stranger.get(here).status_code == 404
    assert giver.get(f"{here}/agree").status_code == 403
    assert "Beantwoord een voorstel" in receiver.get("/").text
    assert "Plint" in giver.get("/support/mine").text
    assert giver.post(f"/support/offers/{offer.public_id}/close").status_code == 303
    assert "gesloten" in client.get(f"/support/offers/{offer.public_id}").text
    assert receiver.post(f"{page}/close").status_code == 303


def test_the_warning_is_seen_and_a_second_person_confirms(table, session, hall, client):
    giver, receiver, second = hall
    made = table.propose(table.offer(), table.request())
    session.commit()
    here = f"/support/agreements/{made.public_id}"
    told = {"giver": "Rijk", "amount": "299500", "granted_on": typed(table.first)}
    assert receiver.post("/support/aid/new", data=told | {"amount": "-1"}).status_code == 422
    assert receiver.post("/support/aid/new", data=told).status_code == 303
    assert "Ik zag dat dit boven de grens" in receiver.get(f"{here}/agree").text
    assert receiver.post(f"{here}/agree", data={}).status_code == 422
    assert receiver.post(f"{here}/agree", data={"understood": "y"}).status_code == 303
    done = {"amount": "6", "delivered_on": typed(table.first)}
    assert giver.post(f"{here}/deliver", data=done).status_code == 303
    line = f"{here}/deliveries/{second.get(here).text.split('/deliveries/')[1].split('/')[0]}"
    assert giver.post(f"{line}/confirm").status_code == 403
    assert second.get(f"{line}/deny").status_code == 200
    assert second.post(f"{line}/deny", data={"reason": " "}).status_code == 422
    assert second.post(f"{line}/confirm").status_code == 303
    assert second.post(f"{line}/confirm").status_code == 409
    assert giver.post(f"{line}/correct", data={"amount": "6", "text": "x"}).status_code == 422
    assert "6 uur" in client.get("/support/report").text
    assert "hours,6,570.00" in client.get("/support/report.csv").text
    assert "Boven de grens" in receiver.get("/support/aid").text
    paper = Pdf(receiver.get("/support/aid/statement.pdf").data)
    assert "300.450,00" in paper.text
    taken = f"/support/aid/{session.query(OtherAid).one().public_id}/take-back"
    assert second.post(taken).status_code == 303
    assert second.post(taken).status_code == 404
    assert "Boven de grens" not in receiver.get("/support/aid").text
    assert giver.post(f"{here}/close", data={"reason": "Verkocht"}).status_code == 303
    assert giver.post(f"{here}/close", data={"reason": "Nog eens"}).status_code == 409


def test_for_whom_one_asks_is_a_page_of_its_own_where_there_is_a_choice(hall):
    _giver, receiver, _ = hall
    asking = "/support/requests/new"
    assert receiver.get(asking).text.count("<label") == 7
    sentence = "Samen fietsen maken"
    begun = {"sentence": sentence, "category": "cleaning", "place": "FB"}
    assert receiver.post("/incubator/start", data=begun).status_code == 303
    choice = receiver.get(asking).text
    links = re.findall(rf'href="({asking}[?]party=[^"]*)"', choice)
    assert (len(links), "<label" in choice.partition("<main")[2]) == (2, False)
    assert any(sentence in receiver.get(link).text for link in links)
