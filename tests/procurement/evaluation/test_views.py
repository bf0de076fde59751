"""The pages of panel and evaluation, walked as people walk them."""

import json
import re

import pytest

from cwb.identity.models import User
from cwb.kernel import clock
from procurement.evaluation import queries
from procurement.panels.queries import find_member
from procurement.scoring import gateway as scoring
from procurement.scoring import rules as engine
from tests.procurement.panel import base, ok, points_form


def _here(page: str) -> str:
    """The step that the page says one is at."""
    current = page.split('aria-current="step"', 1)[1]
    return next(name for name in re.findall(r">\s*([^<>\d\s][^<>]*?)\s*<", current))


def test_the_way_from_a_panel_to_a_ranking(panel, points, walk):
    anna, carla, dirk = (walk(each) for each in (panel.world.anna, panel.carla, panel.dirk))
    empty = ok(anna.get(base(panel, "panel")), 200).text
    assert "Nog niemand" in empty
    assert re.search(r"Anna[^<]*: wie opent, leest in het verslag wie inschreef", empty)
    assert _here(ok(anna.get(base(panel, "evaluation")), 200).text) == "Ieder apart"
    ok(anna.post(base(panel, "panel"), data={"user": panel.carla.user_id, "chair": "y"}))
    ok(anna.post(base(panel, "panel"), data={"user": panel.dirk.user_id}))
    assert "Eerst uw verklaring" in carla.get(base(panel, "evaluation")).text
    for who in (carla, dirk):
        ok(who.get(base(panel, "panel", "declare")), 200)
        ok(who.post(base(panel, "panel", "declare"), data={"conflict": "no"}))
    seen = ok(carla.get(base(panel, "evaluation")), 200).text
    assert not any(name in seen for name in ("Glans", "Boen", "48.000"))
    for who in (carla, dirk):
        for name, given in points.items():
            page = base(panel, "evaluation/bids", panel.label(name))
            assert "vlinderzeep" in ok(who.get(page), 200).text
            ok(who.post(page, data=points_form(given)))
    begin = base(panel, "evaluation/together")
    assert "Tot dan kunt u uw punten veranderen" in ok(dirk.get(base(panel, "evaluation")), 200).text
    ok(carla.get(base(panel, "evaluation/bids/A/agree")), 409)
    ok(carla.get(begin), 200)
    ok(dirk.get(begin), 303)
    ok(dirk.post(begin, data={"sure": "y"}), 403)
    ok(carla.post(begin, data={}), 422)
    ok(carla.post(begin, data={"sure": "y"}))
    assert "is al begonnen" in ok(carla.get(begin), 200).text
    assert "Uw eigen punten staan vast" in ok(dirk.get(base(panel, "evaluation/bids/A")), 200).text
    ok(dirk.post(base(panel, "evaluation/bids/A"), data=points_form(points["Stof"])), 409)
    for name, given in points.items():
        page = base(panel, "evaluation/bids", panel.label(name), "agree")
        assert "Carla" in ok(carla.get(page), 200).text
        ok(carla.post(page, data=points_form(given, "Samen")))
    assert "De voorzitter legt nu de scores vast" in ok(anna.get(base(panel, "evaluation")), 200).text
    assert "samen besproken" in ok(dirk.get(base(panel, "evaluation")), 200).text
    ok(carla.get(base(panel, "evaluation/freeze")), 200)
    ok(dirk.get(base(panel, "evaluation/freeze")), 303)
    ok(carla.post(base(panel, "evaluation/freeze")), 422)
    ok(carla.post(base(panel, "evaluation/freeze"), data={"sure": "y"}))
    frozen = ok(anna.get(base(panel, "evaluation")), 200).text
    assert "Glans" in frozen
    stored = json.loads(ok(anna.get(base(panel, "evaluation/ranking.json")), 200).text)
    assert scoring.written(engine.score(*scoring.read(stored)))["winner"] == panel.label("Glans")
    assert "Helder en volledig" in ok(anna.get(base(panel, "evaluation/scores.csv")), 200).text


@pytest.mark.parametrize(
    "change",
    [
        {"points_plan": "41"}, {"points_plan": "-1"}, {"points_plan": "veel"}, {"points_plan": "1,234"}, {"note_plan": ""},
        {"note_plan": "x" * 2001}, {"points_plan": "", "note_plan": "alleen tekst"},
    ],
)  # fmt: skip
def test_bad_scores_are_shown_and_kept_out(panel, walk, change):
    panel.compose()
    typed = {"points_plan": "12,5", "note_plan": "ملاحظة <b>ok</b>"}
    page = base(panel, "evaluation/bids/A")
    ok(walk(panel.carla).post(page, data={**typed, **change}), 422)
    assert queries.scores(panel.session, panel.tender.id) == []
    ok(walk(panel.carla).post(page, data=typed))
    again = walk(panel.carla).get(page).text
    assert 'value="12,5"' in again
    assert "<b>ok" not in again


def test_a_double_click_is_one_act(panel, walk):
    browser = walk(panel.world.anna)
    once = {"user": panel.carla.user_id, "once": "0190a0a0-0000-7000-8000-000000000001"}
    for _ in range(2):
        ok(browser.post(base(panel, "panel"), data=once))
    assert find_member(panel.session, panel.tender.id, panel.carla.user_id)
    ok(browser.post(base(panel, "panel"), data={"user": panel.carla.user_id}), 409)
    ok(browser.post(base(panel, "panel"), data={"user": "999999"}), 422)
    assert "Kies iemand" in ok(browser.post(base(panel, "panel"), data={"user": ""}), 422).text


def test_the_list_asks_nobody_twice_and_chooses_nobody_for_you(panel, walk):
    browser = walk(panel.world.anna)
    ok(browser.post(base(panel, "panel"), data={"user": panel.carla.user_id, "chair": "y"}))
    ok(browser.post(base(panel, "panel"), data={"user": panel.dirk.user_id}))
    page = ok(browser.get(base(panel, "panel")), 200).text
    choices = re.search(r'<select[^>]*name="user".*?</select>', page, re.DOTALL).group()
    offered = dict(re.findall(r'<option[^>]*value="(\d*)"[^>]*>([^<]*)', choices))
    assert next(iter(offered)) == ""
    assert str(panel.carla.user_id) not in offered
    assert "zit al in het team" in offered[str(panel.dirk.user_id)]
    assert list(offered)[-1] == str(panel.dirk.user_id)


def test_interest_release_and_disqualification(panel, walk):
    panel.compose()
    anna, carla = walk(panel.world.anna), walk(panel.carla)
    page = base(panel, "panel", "declare")
    ok(carla.post(page, data={"conflict": "yes"}), 422)
    ok(carla.post(page, data={"conflict": "yes", "reason": "Mijn zus werkt er"}))
    assert "U meldde een belang" in carla.get(base(panel, "evaluation")).text
    assert "Mijn zus werkt er" in anna.get(base(panel, "panel")).text
    seat = find_member(panel.session, panel.tender.id, panel.dirk.user_id)
    release = base(panel, "panel", str(seat.id), "release")
    ok(anna.get(release), 200)
    ok(anna.post(release, data={"reason": ""}), 422)
    ok(anna.post(release, data={"reason": "Ziek"}))
    ok(anna.get(base(panel, "panel", "999999", "release")), 404)
    out = base(panel, "evaluation/bids/A/disqualify")
    ok(anna.get(out), 200)
    ok(anna.post(out, data={"reason": "Niet getekend"}))
    ok(anna.post(out, data={"reason": "x"}), 422)
    ok(anna.post(out, data={"reason": "Nog eens te laat"}), 409)
    ok(anna.get(base(panel, "evaluation/bids/Z/disqualify")), 404)


def test_a_tie_is_decided_on_its_page(world, make_panel, sign_in_user, monkeypatch):
    panel = make_panel(world, {"Glans": 4_800_000, "Boen": 4_600_000})
    monkeypatch.setattr(clock, "now", lambda: panel.at)
    panel.frozen({"Glans": {"plan": "40", "social": "40"}, "Boen": {"plan": "20", "social": "40"}})
    anna = sign_in_user(panel.session.get(User, world.anna.user_id))
    assert "Gelijke stand" in ok(anna.get(base(panel, "evaluation")), 200).text
    page = base(panel, "evaluation/tie")
    shown = ok(anna.get(page), 200).text
    assert "46.000,00" in shown
    assert "48.000,00" in shown
    ok(anna.post(page, data={"label": panel.label("Boen"), "reason": "Liever"}), 422)
    ok(anna.post(page, data={"label": "Q", "reason": "Liever"}), 422)
    ok(anna.post(page, data={"label": panel.label("Glans"), "reason": "Meeste kwaliteit"}))
    ok(anna.post(page, data={"label": panel.label("Glans"), "reason": "Nog eens"}), 409)
    assert "Meeste kwaliteit" in anna.get(base(panel, "evaluation")).text
