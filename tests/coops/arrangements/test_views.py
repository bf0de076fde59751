import pytest

from coops.aid.models import OtherAid
from coops.arrangements.models import SupportAgreement
from coops.support.models import SupportOffer, SupportRequest
from cwb.kernel import clock
from cwb.kernel.policy import Role

from .conftest import sit


@pytest.fixture
def table(session):
    return sit(session, clock.now())


def typed(day):
    return day.strftime("%d-%m-%Y")


def test_both_sides_walk_from_offer_to_confirmation_and_the_statement(
    table, session, sign_in_user, client, sign_in
):
    table.users.giver.totp_confirmed_at = table.at
    table.users.giver.totp_secret = b""
    session.commit()
    giver, receiver, second = (
        sign_in_user(getattr(table.users, each)) for each in ("giver", "receiver", "second")
    )
    days = {"starts_on": typed(table.first), "ends_on": typed(table.last)}
    data = {
        "title": "Plint <b>",
        "text": "",
        "amount": "120",
        "price": "60",
        "market": "140",
        "market_how": "Makelaar",
        "place": "",
    } | days
    assert giver.get("/support/new/boot").status_code == 404
    for bad in ({"amount": "-3"}, {"amount": "1,5"}, {"market": "10"}, {"ends_on": typed(table.first)}):
        assert giver.post("/support/new/premises", data={**data, **bad}).status_code == 422
    assert giver.post("/support/new/premises", data=data).status_code == 303
    assert (
        giver.post("/support/new/credit", data={"title": "Lening", "amount": "20000"} | days).status_code
        == 303
    )
    offer, credit = session.query(SupportOffer).order_by(SupportOffer.id).all()
    assert "Plint &lt;b&gt;" in client.get("/support?kind=premises&text=plint").text
    assert "Niets gevonden" in client.get("/support?text=zeppelin").text
    assert "Makelaar" in client.get("/support/list.csv").text
    asked = {
        "party": "cooperative",
        "kind": "premises",
        "title": "Werkplaats",
        "amount": "80",
        "place": "",
    } | days
    assert receiver.post("/support/requests/new", data={**asked, "party": "x"}).status_code == 422
    assert receiver.post("/support/requests/new", data=asked).status_code == 303
    request = session.query(SupportRequest).one()
    page = f"/support/requests/{request.public_id}"
    assert "Genoeg vrij: 120, gevraagd 80" in receiver.get(page).text
    stranger = sign_in(Role.RESIDENT)
    assert stranger.get(page).status_code == 404
    assert "Werkplaats" in giver.get("/support/requests").text
    propose = f"{page}/propose/{offer.public_id}"
    assert stranger.get(propose).status_code == 403
    terms = {"amount": "80", "price": "60", "market": "140", "market_how": "Makelaar"} | days
    assert giver.post(propose, data={**terms, "amount": "121"}).status_code == 422
    assert giver.post(f"{page}/propose/{credit.public_id}", data=terms).status_code == 422
    assert giver.post(propose, data=terms).status_code == 303
    made = session.query(SupportAgreement).one()
    here = f"/support/agreements/{made.public_id}"
    assert stranger.get(here).status_code == 404
    assert giver.get(f"{here}/agree").status_code == 403
    assert "Beantwoord een voorstel" in receiver.get("/").text
    assert (
        receiver.post(
            "/support/aid/new", data={"giver": "Rijk", "amount": "299000", "granted_on": typed(table.first)}
        ).status_code
        == 303
    )
    assert "Ik zag dat dit boven de grens" in receiver.get(f"{here}/agree").text
    assert receiver.post(f"{here}/agree", data={}).status_code == 422
    assert receiver.post(f"{here}/agree", data={"understood": "y"}).status_code == 303
    assert (
        giver.post(f"{here}/deliver", data={"amount": "1", "delivered_on": typed(table.first)}).status_code
        == 303
    )
    shown = second.get(here).text
    assert "Klopt niet" in shown
    key = shown.split("/deliveries/")[1].split("/")[0]
    assert giver.post(f"{here}/deliveries/{key}/confirm").status_code == 403
    assert second.get(f"{here}/deliveries/{key}/deny").status_code == 200
    assert second.post(f"{here}/deliveries/{key}/deny", data={"reason": " "}).status_code == 422
    assert second.post(f"{here}/deliveries/{key}/confirm").status_code == 303
    assert second.post(f"{here}/deliveries/{key}/confirm").status_code == 409
    assert (
        giver.post(f"{here}/deliveries/{key}/correct", data={"amount": "1", "text": "x"}).status_code == 422
    )
    assert "1 maanden" in client.get("/support/report").text
    assert "months,1" in client.get("/support/report.csv").text.replace('"', "")
    aid = receiver.get("/support/aid").text
    assert "Boven de grens" in aid
    assert receiver.get("/support/aid/statement.pdf").data.startswith(b"%PDF")
    told = session.query(OtherAid).one()
    assert second.post(f"/support/aid/{told.public_id}/take-back").status_code == 303
    assert second.post(f"/support/aid/{told.public_id}/take-back").status_code == 404
    assert "Boven de grens" not in receiver.get("/support/aid").text
    assert "Plint" in giver.get("/support/mine").text
    assert giver.post(f"{here}/close", data={"reason": "Verkocht"}).status_code == 303
    assert giver.post(f"{here}/close", data={"reason": "Nog eens"}).status_code == 409
    assert giver.post(f"/support/offers/{offer.public_id}/close").status_code == 303
    assert "gesloten" in client.get(f"/support/offers/{offer.public_id}").text
    assert receiver.post(f"{page}/close").status_code == 303
