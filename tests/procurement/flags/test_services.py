import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from cwb.audit.models import AuditRecord
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from procurement.advice.gateway import law
from procurement.evaluation import services as evaluation
from procurement.flags import errors, policy, services
from procurement.flags.gateway import limits
from procurement.flags.models import FlagAnswer
from procurement.flags.rules import ABOUT_WINNER, Code, Outcome
from procurement.tenders.services import cancel_tender
from tests.procurement.panel import Panel, ok
from tests.procurement.world import World

SAME = {"Glans": 4_800_000, "Boen": 4_800_000, "Stof": 4_600_000}
REASON = "Beide boden volgens de vaste tarieven van de branche."


def seen(panel, actor):
    return services.visible(
        panel.session, actor=actor, law=law(), limits=limits(), number=panel.tender.number
    )


def begun(session, folder):
    """Two of the three bids have one price."""
    world = World(session, folder)
    return Panel(world, SAME)


pytestmark = pytest.mark.begins(panel=begun)


@pytest.fixture
def panel(root):
    return root


@pytest.fixture
def same(panel):
    return panel


@pytest.fixture
def programme(same):
    with atomic(same.session):
        return same.world.person(
            "Paula", same.world.organisation("Programma", is_programme=True), Role.PROGRAMME
        )


def answer(panel, actor, **facts):
    given = {"tender_id": panel.tender.id, "lot": 1, "code": Code.SAME_PRICES, "reason": REASON, **facts}
    with atomic(panel.session) as session:
        return services.answer_flag(session, law=law(), limits=limits(), actor=actor, at=panel.at, **given)


def test_who_sees_what_when(same, programme, points):
    anna, eva, carla, board = same.world.anna, same.world.eva, same.suppliers["Glans"], same.suppliers["Boen"]
    for actor, allowed in ((anna, 1), (eva, 1), (programme, 0), (carla, 0), (board, 0)):
        assert len(seen(same, actor)) == allowed, actor.name
    same.awarded(points)
    assert len(seen(same, programme)) == 1
    assert seen(same, board) == []


def test_before_the_opening_there_is_nothing(world):
    assert services.flagged(world.session, law=law(), limits=limits()) == []


def test_the_buyer_sees_who_only_when_quality_is_frozen(same, points):
    (before,) = seen(same, same.world.anna)
    assert not policy.sees_bidders(same.world.anna, before.case)
    assert policy.sees_bidders(same.world.eva, before.case)
    same.frozen(points)
    (after,) = seen(same, same.world.anna)
    assert policy.sees_bidders(same.world.anna, after.case)


def test_facts_come_from_the_database(same, points):
    (flagged,) = seen(same, same.world.eva)
    by_code = {each.code: each for each in flagged.findings}
    assert by_code[Code.SAME_PRICES].about == ("Boen", "Glans")
    assert flagged.case.winner_id is None
    assert not flagged.case.price_only
    same.decided(points)
    (flagged,) = seen(same, same.world.eva)
    assert flagged.case.winner_id == same.suppliers["Glans"].organisation_id
    assert sorted(each.price_minor for each in flagged.case.bids) == sorted(SAME.values())


def test_only_the_winner_left_is_seen_after_the_ranking(same, points):
    same.compose()
    for name in ("Boen", "Stof"):
        same.do(
            evaluation.disqualify, same.world.anna, label=same.label(name), reason="De verklaring ontbreekt."
        )
    same.score_all({"Glans": points["Glans"]})
    same.do(evaluation.freeze, same.carla)
    (flagged,) = seen(same, same.world.anna)
    assert next(each for each in flagged.findings if each.code is Code.OTHERS_OUT).outcome is Outcome.RAISED


def test_a_tender_that_stopped_after_the_opening_has_no_winner(same, points):
    same.decided(points)
    cancel_tender(
        same.session, tender=same.tender, reason="Geen geld", user_id=same.world.anna.user_id, at=same.at
    )
    (flagged,) = seen(same, same.world.eva)
    assert (flagged.case.led_nowhere, flagged.case.winner_id) == (True, None)
    assert {each.code for each in flagged.findings if "nobody" in each.values} == ABOUT_WINNER
    assert Code.SAME_PRICES in {each.code for each in flagged.raised}


def test_an_answer_is_kept_and_written_down(same):
    made = answer(same, same.world.anna)
    again = answer(same, same.world.bram, reason="Beter gezegd: beide volgen het CAO-tarief.")
    assert [made.id, again.id] == list(same.session.scalars(select(FlagAnswer.id).order_by(FlagAnswer.id)))
    noted = same.session.scalars(select(AuditRecord.facts).where(AuditRecord.action == "flag.answered")).all()
    assert noted == [{"code": "R028", "lot": 1}] * 2
    for statement in (
        update(FlagAnswer).values(reason="Iets anders, achteraf geschreven."),
        text("DELETE FROM flag_answer"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), same.session.begin_nested():
            same.session.execute(statement)


def test_what_is_refused(same, programme):
    with pytest.raises(errors.NotYourFlag):
        answer(same, same.world.eva)
    with pytest.raises(errors.NotYourFlag):
        answer(same, same.suppliers["Glans"])
    with pytest.raises(errors.FlagNotRaised):
        answer(same, same.world.anna, code=Code.SINGLE_BID)
    with pytest.raises(errors.AnswerTooShort):
        answer(same, same.world.anna, reason="Toeval.")
    with pytest.raises(errors.FlagsNotFound):
        answer(same, same.world.anna, lot=2)


def test_the_page_of_the_buyer(same, walk):
    browser, address = walk(same.world.anna), f"/tenders/{same.tender.number}/flags"
    page = ok(browser.get(address), 200).text
    assert "2 inschrijvingen hebben een gelijke prijs" in page
    assert "48.000" not in page
    assert "Glans" not in page
    assert 'id="reason-1-R028"' in page
    assert 'href="#reason-1-R028"' in ok(browser.post(f"{address}/1/R028", data={"reason": "kort"}), 422).text
    ok(browser.post(f"{address}/2/R028", data={"reason": REASON}), 404)
    ok(browser.post(f"{address}/1/R028", data={"reason": REASON}))
    assert REASON in browser.get(address).text
    assert f"{address}" in browser.get(f"/tenders/{same.tender.number}").text
    ok(browser.post(f"{address}/1/R999", data={"reason": REASON}), 404)


def test_the_overview_of_the_auditor(same, walk):
    browser = walk(same.world.eva)
    page = ok(browser.get("/flags"), 200).text
    assert "Boen, Glans" in page
    assert "Niets gevonden" in browser.get("/flags?code=R058").text
    rows = browser.get("/flags/list.csv").text
    assert "R028" in rows
    assert "price=48000" in rows
    answer(same, same.world.anna)
    assert "Niets gevonden" in browser.get("/flags?open=y").text
    assert REASON in browser.get("/flags").text


def test_the_programme_waits_for_the_award(same, programme, walk, points):
    assert "Geen signalen" in ok(walk(programme).get("/flags"), 200).text
    ok(walk(programme).get(f"/tenders/{same.tender.number}/flags"), 404)
    same.awarded(points)
    assert "Boen, Glans" in walk(programme).get("/flags").text
    ok(walk(programme).get(f"/tenders/{same.tender.number}/flags"), 200)


def test_the_public_and_bidders_never_see_it(same, walk, client, points):
    same.awarded(points)
    assert client.get(f"/tenders/{same.tender.number}/flags").status_code == 303
    ok(walk(same.suppliers["Boen"]).get(f"/tenders/{same.tender.number}/flags"), 403)
    assert "R028" not in client.get(f"/tenders/{same.tender.number}").text
    assert "R028" not in client.get("/data/ocds/releases.json").text
