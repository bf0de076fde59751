"""A framework that is awarded to the two best of three bids."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel import clock
from procurement.awards import queries as award_queries
from procurement.awards.rules import Result
from procurement.call_offs import errors, queries
from procurement.call_offs.rules import Rule
from procurement.chronicle.queries import find_tender
from procurement.evaluation.rules import others
from procurement.letters import rules as letters
from procurement.ocds import rules as ocds
from procurement.participation import queries as participation
from procurement.participation import services
from procurement.procedures import rules as procedure_rules
from procurement.procedures.errors import FrameworkPartiesInvalid
from procurement.procedures.rules import parties_of
from procurement.publication import services as publication
from procurement.publication.gateway import setting
from procurement.publication.models import Release
from tests.procurement.framework import Framework
from tests.procurement.world import World

RANKING = {
    "ranking": [
        {"id": "A", "rank": 2, "criteria_points": {"plan": "30"}},
        {"id": "B", "rank": 1, "criteria_points": {"plan": "35"}},
        {"id": "C", "rank": 2, "criteria_points": {"plan": "31"}},
        {"id": "D", "rank": 2, "criteria_points": {"plan": "31"}},
        {"id": "E", "rank": None, "criteria_points": {}},
    ]
}
SENT = datetime(2026, 10, 1, 9, tzinfo=UTC)
PRICES = {"A": 100, "B": 120, "C": 110, "D": 90, "E": 1}


@pytest.mark.parametrize(
    ("most", "rule", "expected"),
    [
        (None, "quality", []),
        (3, "quality", ["C", "D"]),
        (9, "quality", ["C", "D", "A"]),
        (2, "price", ["D"]),
        (4, "price", ["D", "A", "C"]),
        (4, "lot", ["A", "C", "D"]),
    ],
)
def test_the_best_win_together_and_equals_follow_the_published_rule(most, rule, expected):
    assert others(RANKING, "B", most, tie_break=rule, prices=PRICES) == (expected, [])


@pytest.mark.parametrize(
    ("most", "rule", "sure", "tied", "chosen", "then"),
    [
        (2, "quality", [], ["C", "D"], ["D"], ["D"]),
        (3, "lot", [], ["A", "C", "D"], ["D", "A"], ["D", "A"]),
        (2, "lot", [], ["A", "C", "D"], ["C"], ["C"]),
    ],
)
def test_more_equals_than_places_wait_for_people(most, rule, sure, tied, chosen, then):
    facts = {"tie_break": rule, "prices": PRICES}
    assert others(RANKING, "B", most, **facts) == (sure, tied)
    assert others(RANKING, "B", most, **facts, chosen=chosen) == (then, [])


def test_one_place_is_decided_at_a_time():
    left = others(RANKING, "B", 3, tie_break="lot", prices=PRICES, chosen=["D"])
    assert left == (["D"], ["A", "C"])


def test_who_reached_its_limit_of_lots_is_left_out():
    assert others(RANKING, "B", 3, tie_break="quality", prices=PRICES, left_out=["C"]) == (["D", "A"], [])


@pytest.mark.parametrize("parties", [None, 0, 1, 101, -3])
def test_a_framework_with_several_says_with_how_many(parties):
    with pytest.raises(FrameworkPartiesInvalid):
        parties_of(procedure_rules.Framework("parallel", None, parties=parties))
    assert parties_of(procedure_rules.Framework("single", None, parties=parties)) is None


def begun(session, folder):
    return Framework(World(session, folder), Rule.ROTATION, parties=2)


pytestmark = pytest.mark.begins(framework=begun)


@pytest.fixture
def framework(root):
    return root


def _letters(framework):
    decision = award_queries.find_decision(framework.session, framework.tender_id)
    return {each.organisation.name: each for each in decision.letters}


def test_two_read_that_they_won_and_one_that_it_lost(framework):
    found = {name: each.result for name, each in _letters(framework).items()}
    assert sorted(found.values()) == [Result.LOST, Result.WON, Result.WON]
    named = {tuple(each["name"] for each in one.content["winners"]) for one in _letters(framework).values()}
    assert len(named) == 1
    winners = named.pop()
    assert [found[name] for name in winners] == [Result.WON, Result.WON]
    notice = award_queries.notice(framework.session, framework.tender_id)
    assert [notice.lots[0].winner, notice.lots[0].others[0][0]] == list(winners)
    facts = find_tender(framework.session, framework.tender_id, setting(), framework.world.at)
    assert [each.name for each in facts.awards[0].suppliers] == list(winners)


def test_who_won_is_invited_at_its_own_prices_and_nobody_else(framework):
    there = queries.parties(framework.session, framework.contract.id)
    boen = framework.panel.suppliers["Boen"].organisation_id
    assert [(each.rank, each.supplier_id == boen, each.joined_at is None) for each in there] == [
        (1, False, False),
        (2, True, True),
    ]
    assert there[1].prices[0].unit_price_minor == 3_916_667
    label = framework.panel.label("Stof")
    with pytest.raises(errors.WinnersOnly):
        framework.act(services.invite_party, framework.world.anna, framework=framework.contract, label=label)
    stof = framework.panel.suppliers["Stof"].organisation_id
    with pytest.raises(DBAPIError, match="did not win the framework"), framework.session.begin_nested():
        framework.session.execute(
            text(
                "INSERT INTO framework_party (public_id, contract_id, supplier_id, rank, invited_by_id, invited_at)"
                " VALUES (gen_random_uuid(), :contract, :supplier, 3, :by, now())"
            ),
            {"contract": framework.contract.id, "supplier": stof, "by": framework.world.anna.user_id},
        )


def test_the_database_knows_how_many_may_win(framework):
    with pytest.raises(DBAPIError, match=r"more winners|frozen|sent"), framework.session.begin_nested():
        framework.session.execute(text("ALTER TABLE lot_award DISABLE TRIGGER keep_lot_award"))
        framework.session.execute(text('UPDATE lot_award SET also_won = \'["A", "B"]\''))


def test_the_one_who_joined_gets_its_turn(framework):
    boen = framework.panel.suppliers["Boen"]
    party = queries.parties(framework.session, framework.contract.id)[1]
    framework.act(services.join, boen, party=participation.party(framework.session, party.public_id))
    framework.answer(framework.order(), "Glans")
    assert framework.order().party.supplier_id == boen.organisation_id


def _paper(letter):
    made = letters.letter(letters.Sent(
        number="T-2026-0001", title="Titel", buyer="Koper", bidder=letter.organisation.name,
        result=letter.result.value, advantages=letter.advantages, lesson=letter.lesson, content=letter.content,
        sent_at=SENT, last_day=SENT.date(), days=20, article="",
        contact_name="A", contact_email="a@voorbeeld.example", contact_phone="",
    ))  # fmt: skip
    return str(made)


def test_the_letters_name_all_parties_and_keep_the_loser_out_of_sight(framework):
    found = _letters(framework)
    for name in ("Glans", "Boen"):
        assert "u opnemen in de raamovereenkomst" in _paper(found[name])
        assert "aan 2 partijen naast elkaar" in _paper(found[name])
        assert "Stof" not in _paper(found[name])
    lost = _paper(found["Stof"])
    assert "Uw inschrijving is niet gekozen" in lost
    assert "te gunnen aan Glans en Boen" in lost


def test_open_data_names_every_supplier_of_the_award(framework):
    publication.release_tender(framework.session, tender_id=framework.tender_id, setting=setting())
    found = [
        json.loads(each.content)
        for each in framework.session.scalars(
            select(Release).where(Release.tender_id == framework.tender_id).order_by(Release.id)
        )
    ]
    assert [fault for each in found for fault in ocds.faults(each)] == []
    assert [each["name"] for each in found[-1]["awards"][0]["suppliers"]] == ["Glans", "Boen"]
    assert "Stof" not in json.dumps(found)


def test_winners_losers_and_everybody_read_it_on_the_pages(framework, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: framework.world.at)
    for name in ("Boen", "Stof"):
        browser = sign_in_user(framework.session.get(User, framework.panel.suppliers[name].user_id))
        shown = browser.get(f"/awards/{_letters(framework)[name].public_id}").text
        assert "Partijen bij de raamovereenkomst" in shown
        assert ("Wij willen u opnemen" in shown) == (name == "Boen")
    number = framework.world.tender.number
    assert "hooguit 2: de beste inschrijvers" in browser.get(f"/tenders/{number}").text
    notice = browser.get(f"/tenders/{number}/award").text
    assert "Glans" in notice
    assert "Boen" in notice
    assert "Stof" not in notice.split("<main")[1]
