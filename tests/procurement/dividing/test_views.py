"""The pages of a divided draft, and of bidding on one of several lots, walked without JavaScript."""

import re
from html import unescape

import pytest

from cwb.identity.models import User
from cwb.kernel.clock import now
from procurement.bids import queries as bid_queries
from procurement.tenders import queries


@pytest.fixture
def author(buying, sign_in_user, session):
    buying.at = now()
    session.commit()
    return sign_in_user(buying.author)


@pytest.fixture
def address(buying, author, session):
    made = buying.draft(at=buying.at)
    session.commit()
    return f"/tenders/{made.number}"


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", answer.text)))


def add(author, address, title="Zwembaden", value="40000", **more):
    page = author.get(f"{address}/draft/lots/add")
    assert page.status_code == 200
    return author.post(f"{address}/draft/lots/add", data={"title": title, "value": value, **more})


def test_a_draft_is_divided_page_by_page(author, address, buying, session):
    page = text_of(author.get(f"{address}/draft/lots"))
    assert "Verdeel in percelen" in page
    assert "Wie kan dit aan?" in page
    assert add(author, address).location == f"{address}/draft/lots"
    page = text_of(author.get(f"{address}/draft/lots"))
    assert "samen precies de hele opdracht" in page
    assert "mag erbuiten" not in page
    assert add(author, address, "Kantine", "5000").status_code == 303
    assert "€ 5.000,00 te veel verdeeld" in text_of(author.get(f"{address}/draft/lots")).replace("\xa0", " ")
    refused = author.post(f"{address}/draft/lots", data={"requirements": "KvK", "most_lots_won": "1"})
    assert refused.status_code == 422
    assert "Dat scheelt" in text_of(refused)
    assert 'value="1"' in refused.text
    assert author.get(f"{address}/draft/lots/1").status_code == 200
    assert (
        author.post(f"{address}/draft/lots/1", data={"title": "Buurthuizen", "value": "55000"}).status_code
        == 303
    )
    done = author.post(f"{address}/draft/lots", data={"requirements": "KvK", "most_lots_won": "1"})
    assert done.status_code == 303
    shown = text_of(author.get(address))
    assert "3 percelen, elk apart te winnen" in shown
    assert "Eén partij wint hooguit 1 van de 3 percelen" in shown
    for path in ("draft/lots/3/scoring", "draft/lots/3/remove", "draft/scoring"):
        assert author.get(f"{address}/{path}").status_code == 200
    own = {"criteria-0-name": "Veilig", "criteria-0-max_points": "10", "criteria-0-value": "500"}
    assert author.post(f"{address}/draft/lots/3/scoring", data=own).status_code == 303
    assert "eigen criteria" in text_of(author.get(f"{address}/draft/scoring"))
    assert (
        author.post(f"{address}/draft/lots/3/scoring", data={**own, "criteria-0-value": ""}).status_code
        == 422
    )
    assert author.post(f"{address}/draft/lots/3/follow", data={}).status_code == 303
    assert "eigen criteria" not in text_of(author.get(f"{address}/draft/scoring")).replace(
        "Eigen criteria voor", ""
    )
    assert author.post(f"{address}/draft/lots/3/remove", data={}).status_code == 303
    assert author.get(f"{address}/draft/lots/3").status_code == 404
    tender = queries.find_tender(session, address.rpartition("/")[2])
    assert [each.title for each in tender.lots] == ["Buurthuizen", "Zwembaden"]


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"value": "0"}, {"value": "tien"}, {"title": "Schoonmaak buurthuizen"}, {"cpv": "1"}],
)
def test_a_bad_lot_is_shown_again_and_kept_out(author, address, session, wrong):
    answer = author.post(f"{address}/draft/lots/add", data={"title": "Zwembaden", "value": "40000", **wrong})
    assert answer.status_code == 422
    assert "Er is iets niet goed gegaan" in answer.text
    assert len(queries.find_tender(session, address.rpartition("/")[2]).lots) == 1


def test_a_stale_lot_is_a_conflict(author, address):
    assert add(author, address, version="1").status_code == 409


@pytest.fixture
def bidder(world, app, sign_in_user):
    """A browser of a supplier, on a tender with two lots of which one may be won."""
    world.keys.folder = app.extensions["cwb.config"].data_dir / "keys" / "house"
    world.divide(2, most_lots_won=1, most_lots_bid=1)
    made = sign_in_user(world.session.get_one(User, (actor := world.supplier()).user_id))
    made.actor = actor
    return made


def seen(answer) -> str:
    return re.search(r'name="seen"[^>]*value="(\d*)"', answer.text)[1]


def test_a_bid_on_the_second_lot_page_by_page(world, bidder):
    top, here = f"/tenders/{world.tender.number}/bid", f"/tenders/{world.tender.number}/lots/2/bid"
    assert text_of(bidder.get(top)).count("Nog niet begonnen") == 2
    first = text_of(bidder.get(here))
    assert "U kunt inschrijven" in first
    assert "U mag op hooguit 1 van de 2 percelen inschrijven" in first
    assert bidder.post(f"{here}/start").location == here
    assert "0 van 5 klaar" in text_of(bidder.get(here))
    pages = {
        "price": {"price": "4000", "valid_until": world.values()["price"]["valid_until"]},
        "criteria/plan": {"text": "Elke dag."},
        "criteria/social": {"text": "Drie banen."},
        "wish": {"rank": "3"},
        "declarations": dict.fromkeys(("requirements", "exclusion", "independent", "truth", "bound"), "y"),
    }
    for path, facts in pages.items():
        shown = bidder.get(f"{here}/{path}")
        answer = bidder.post(f"{here}/{path}", data={**facts, "seen": seen(shown)})
        assert answer.status_code == (422 if path == "wish" else 303), text_of(answer)
    shown = bidder.get(f"{here}/wish")
    assert bidder.post(f"{here}/wish", data={"rank": "1", "seen": seen(shown)}).status_code == 303
    checked = bidder.get(f"{here}/check")
    assert "Keuze 1" in text_of(checked)
    done = bidder.post(f"{here}/check", data={"seen": seen(checked)})
    assert done.status_code == 303
    receipt = text_of(bidder.get(done.location))
    assert "Ontvangstnummer" in receipt
    assert "2: Deel 2" in receipt
    assert "Ingediend" in text_of(bidder.get(top))
    assert "2: Deel 2" in text_of(bidder.get("/bids"))
    bid = bid_queries.running_of(world.session, world.tender.id, bidder.actor.organisation_id)
    assert [each.version for each in bid.values()] == [1]
    assert "Gooi" not in text_of(bidder.get(f"{here}/withdraw"))


def test_what_is_no_lot_or_no_part_does_not_exist(world, bidder):
    number = world.tender.number
    for path in ("lots/3/bid", "lots/3/bid/price", "lots/0/bid"):
        assert bidder.get(f"/tenders/{number}/{path}").status_code == 404
    assert bidder.get(f"/tenders/{number}/lots/2/bid/price").location.endswith("/lots/2/bid")
    assert bidder.get(f"/tenders/{number}/lots/1/bid/price").status_code in {301, 308}


def test_a_tender_with_one_lot_asks_no_preference(world, app, sign_in_user):
    actor = world.supplier()
    world.start(actor)
    browser = sign_in_user(world.session.get_one(User, actor.user_id))
    assert browser.get(f"/tenders/{world.tender.number}/lots/1/bid/wish").status_code == 404
    assert "Perceel" not in text_of(browser.get(f"/tenders/{world.tender.number}/bid"))
