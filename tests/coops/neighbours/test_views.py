"""The pages of residents' offers and wants: by HTTP, and what leaves the house."""

import csv
import io

from sqlalchemy import select

from coops.neighbours.models import NeighbourAdvert, NeighbourReport
from cwb.identity.rules import Side
from cwb.kernel.policy import Role


def test_a_resident_is_found_answered_and_reported_without_a_name(
    street, sign_in_user, client, make_user, make_organisation
):
    noor, samira, karim = (sign_in_user(user) for user in street.users)
    assert client.get("/neighbours").status_code in {302, 303, 401}
    assert noor.get("/neighbours").location.endswith("/wallet")
    data = {
        "exchange": "offer", "item": "tool", "deal": "borrow-lend", "title": "Ladder te leen", "text": "Vier meter.",
        "expires_on": street.facts().expires_on.strftime("%d-%m-%Y"), "place": "",
    }  # fmt: skip
    refused = samira.post("/neighbours/new", data=data | {"text": "Bel 06 12345678"})
    assert refused.status_code == 422
    assert "Haal dat weg" in refused.text
    assert samira.post("/neighbours/new", data=data).status_code == 303
    advert = street.session.scalars(select(NeighbourAdvert)).one()
    there = f"/neighbours/{advert.public_id}"
    assert noor.get(there).status_code == 403
    for page in (karim.get("/neighbours").text, karim.get(there).text):
        assert "Samira" in page
        assert "Voorbeeld" not in page.split("<main")[-1]
    answered = karim.post(f"{there}/answer", data={"text": "Mag ik hem?"})
    talk = answered.location
    assert "een bewoner" in samira.get(there).text
    assert "Een bericht over “Ladder te leen”" in samira.get("/").text
    assert "Karim" not in samira.get(talk).text
    assert samira.post(talk, data={"text": "Ja, zaterdag."}).status_code == 303
    assert "Ja, zaterdag." in karim.get(talk).text
    assert noor.get(talk).status_code == 403
    assert "wacht op de ander" in samira.get("/neighbours/mine").text
    assert "wacht op u" in karim.get("/neighbours/mine").text
    own = samira.get(talk).text
    assert karim.post(f"{there}/report", data={"reason": "Vals"}).status_code == 303
    assert "U meldde dit al" in karim.post(f"{there}/report", data={"reason": "Vals"}).text
    assert "/report" in own
    programme = sign_in_user(make_user((Role.PROGRAMME, make_organisation(Side.PROGRAMME))))
    page = programme.get("/neighbours/reports").text
    assert "Vals" in page
    assert not any(name in page.split("<main")[-1] for name in ("Samira", "Karim"))
    made = street.session.scalars(select(NeighbourReport)).one()
    assert programme.post(f"/neighbours/reports/{made.id}/take").status_code == 303
    assert karim.get(there).status_code == 404
    assert "Het programma haalde dit weg" in samira.get(there).text
    assert "Dit gesprek is gestopt" in samira.get(talk).text
    assert samira.post(talk, data={"text": "Nog iets"}).status_code == 409


def test_nothing_of_a_resident_is_in_open_data_or_in_a_file_with_a_person(street, sign_in_user, client):
    street.place(street.actors[1])
    street.session.commit()
    for address in ("/exchange", "/exchange/list.csv", "/data/exchange.json"):
        assert "Ladder" not in client.get(address).text
    assert sign_in_user(street.users[0]).get("/neighbours/list.csv").status_code == 403
    found = sign_in_user(street.users[2]).get("/neighbours/list.csv").text
    head, row = csv.reader(io.StringIO(found.lstrip("\ufeff")))
    assert head == ["exchange", "item", "deal", "title", "place", "expires_on", "local_money", "price"]
    assert row[:4] == ["offer", "tool", "borrow-lend", "Ladder te leen"]
    assert "Samira" not in found
    assert "Vier meter" not in found


def test_one_chooses_how_one_is_seen_and_leaves_again(street, sign_in_user):
    karim = sign_in_user(street.users[2])
    assert karim.post("/neighbours/join", data={"called": "El", "of_age": "y"}).status_code == 422
    assert karim.post("/neighbours/join", data={"called": "Karim"}).status_code == 422
    assert karim.post("/neighbours/join", data={"called": "Kari", "of_age": "y"}).status_code == 303
    assert "Kari" in karim.get("/neighbours/mine").text
    assert karim.post("/neighbours/leave").status_code == 303
    assert karim.get("/neighbours/new").location.endswith("/neighbours/join")
    for page in ("/neighbours?exchange=offer", "/neighbours/mine", "/neighbours/join"):
        assert karim.get(page).status_code == 200
