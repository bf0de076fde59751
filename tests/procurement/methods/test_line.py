"""Every method from a published tender to the letters, against `cwb score`."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.transaction import atomic
from procurement.evaluation import services as evaluation
from procurement.evaluation.rules import tie_candidates
from procurement.scoring.commands import score
from tests.procurement.panel import Panel, base, ok
from tests.procurement.scorings import PLAN, SCORINGS

PRICES = {"Glans": 4_800_000, "Boen": 4_700_000, "Stof": 4_600_000}
POINTS = {
    "Glans": {"plan": "20", "social": "9"},
    "Boen": {"plan": "16", "social": "5"},
    "Stof": {"plan": "7", "social": "0"},
}
"""Stof is cheapest and stays under the minimum of 8."""


@pytest.fixture
def printed(tmp_path):
    """What `cwb score` prints for a file."""

    def run(data):
        file = tmp_path / "in.json"
        file.write_text(json.dumps(data), encoding="utf-8")
        found = CliRunner().invoke(score, [str(file), "--json"])
        assert found.exit_code == 0, found.output
        return json.loads(found.output)

    return run


def world_of(world, name, points=POINTS):
    scoring = SCORINGS[name]
    world.rank_by(scoring)
    panel = Panel(world, PRICES)
    codes = ("plan", "social")[: len(scoring.criteria)]
    return panel, {who: {code: given[code] for code in codes} for who, given in points.items() if codes}


@pytest.mark.parametrize("name", SCORINGS)
def test_the_ranking_and_every_letters_file_are_what_the_command_computes(world, printed, name):
    panel, points = world_of(world, name)
    made = panel.frozen(points)
    assert made.outcome == printed(made.input)
    out = {each["id"] for each in made.outcome["ranking"] if each["knocked_out"]}
    assert out == (set() if not SCORINGS[name].criteria else {panel.label("Stof")})
    panel.prepare()
    for each in PRICES:
        if panel.label(each) != made.outcome["winner"]:
            panel.write(each)
    decision = panel.send()
    for each in decision.letters:
        file = each.content["file"]
        assert [one["id"] for one in file["bids"]] == [each.bid.label]
        [again] = printed(file)["ranking"]
        assert (again["total"], again["knocked_out"]) == (
            file["expected"]["total"],
            file["expected"]["knocked_out"],
        )
        others = [
            one for one in decision.letters if one is not each and one.bid.label != made.outcome["winner"]
        ]
        assert not any(
            one.organisation.name in str(file) or f"'{one.bid.label}'" in str(file) for one in others
        )


@pytest.mark.parametrize("name", ["relative_price", "log_price"])
def test_letters_name_the_lowest_price_of_those_that_are_in_without_whose_it_was(world, name):
    panel, points = world_of(world, name)
    panel.frozen(points)
    panel.prepare()
    panel.write("Boen", "Stof")
    for each in panel.send().letters:
        assert each.content["file"]["price"]["lowest"] == "47000.00"
        assert each.content["lowest_price_minor"] == 4_700_000


@pytest.mark.parametrize(
    ("name", "lowest"), [("superformule", True), ("meat_coefficient", True), ("log_price", False)]
)
def test_a_letter_says_which_outcome_wins(world, name, lowest):
    panel, points = world_of(world, name)
    panel.frozen(points)
    panel.prepare()
    panel.write("Boen", "Stof")
    assert {each.content["lowest_wins"] for each in panel.send().letters} == {lowest}


def test_with_lowest_price_the_panel_scores_nothing_and_equal_prices_are_drawn(world):
    world.rank_by(SCORINGS["lowest_price"])
    panel = Panel(world, {"Glans": 4_700_000, "Boen": 4_700_000})
    made = panel.frozen({})
    assert (made.outcome["winner"], made.outcome["tie"]) == (None, True)
    label = panel.label("Boen")
    panel.do(evaluation.break_tie, world.anna, label=label, reason="Geloot door Anna en Bram.")
    assert panel.winner() == label


def test_a_tie_of_the_superformule_goes_to_the_most_quality_where_its_figure_falls(world):
    stored = {
        "method": "superformule",
        "bids": [{"id": "A", "scores": {"q": "20/40"}}, {"id": "B", "scores": {"q": "30/40"}}],
    }
    outcome = {
        "ranking": [{"id": "A", "criteria_points": {"q": "2"}}, {"id": "B", "criteria_points": {"q": "1"}}]
    }
    assert tie_candidates("quality", outcome, ["A", "B"], {}, stored) == {"B"}


@pytest.mark.parametrize(
    ("name", "hurt"),
    [
        ("log_price", "UPDATE lot SET log_base = NULL WHERE tender_id = :id"), ("superformule", "UPDATE lot SET exponent = NULL WHERE tender_id = :id"),
        ("fixed_price_range", "UPDATE lot SET price_max_minor = NULL WHERE tender_id = :id"),
        ("relative_price", "DELETE FROM method_caution WHERE tender_id = :id"),
        ("lowest_price", "UPDATE tender SET price_only_reason = '' WHERE id = :id"),
        ("lowest_price", "UPDATE tender SET tie_break = 'quality' WHERE id = :id"),
        ("life_cycle_cost", "UPDATE tender SET price_only_reason = '' WHERE id = :id"),
        ("life_cycle_cost", "UPDATE tender SET life_cycle = NULL WHERE id = :id"),
        ("life_cycle_cost", """UPDATE tender SET life_cycle = '{"costs": [], "percent": "1"}' WHERE id = :id"""),
        ("lowest_price", """UPDATE tender SET life_cycle = '{"costs": [], "percent": "1"}' WHERE id = :id"""),
    ],
)  # fmt: skip
def test_the_database_publishes_no_method_without_what_it_needs(world, monkeypatch, name, hurt):
    monkeypatch.setattr(world, "before_publishing", hurt)
    with pytest.raises(
        DBAPIError, match=r"CW026|lacks what|nobody confirmed|price_only|life_cycle|costs over the life"
    ):
        world.rank_by(SCORINGS[name])


@pytest.mark.parametrize("name", ["lowest_price", "life_cycle_cost"])
def test_the_database_knows_no_criteria_beside_price_alone(world, name):
    with pytest.raises(DBAPIError, match=r"lacks what|costs over the life"):
        world.rank_by(replace(SCORINGS[name], criteria=(PLAN,)))


def test_the_costs_over_the_life_are_frozen_at_publication_and_the_letter_adds_them_up(world):
    panel, points = world_of(world, "life_cycle_cost")
    with pytest.raises(DBAPIError, match="costs over the life"), atomic(world.session):
        world.session.execute(
            text("UPDATE tender SET life_cycle = NULL WHERE id = :id"), {"id": world.tender.id}
        )
    made = panel.frozen(points)
    assert made.outcome["winner"] == panel.label("Stof")
    panel.prepare()
    panel.write("Glans", "Boen")
    for each in panel.send().letters:
        lines = each.content["cost_lines"]
        assert [line["name"] for line in lines] == ["", "Stroom", "Ophalen"]
        assert lines[0]["worth"] == each.bid.price_minor
        total = sum(line["worth"] for line in lines)
        assert abs(float(each.content["own"]["total"]) * 100 - total) <= 2


def test_parameters_are_frozen_with_the_rest_at_publication(world):
    world.rank_by(SCORINGS["log_price"])
    with pytest.raises(DBAPIError, match="published"), atomic(world.session):
        world.session.execute(
            text("UPDATE lot SET log_base = 3 WHERE tender_id = :id"), {"id": world.tender.id}
        )


def test_nobody_changes_a_confirmation(world):
    world.rank_by(SCORINGS["relative_price"])
    for act in ("UPDATE method_caution SET changed = 0", "DELETE FROM method_caution"):
        with pytest.raises(DBAPIError), atomic(world.session):
            world.session.execute(text(act))


def test_the_panel_of_price_alone_reads_that_it_need_not_score_and_freezes(world, sign_in_user, monkeypatch):
    panel, _ = world_of(world, "lowest_price")
    panel.compose()
    monkeypatch.setattr(clock, "now", lambda: panel.at)
    chair = sign_in_user(world.session.get_one(User, panel.carla.user_id))
    page = ok(chair.get(base(panel, "evaluation")), 200).text
    assert "U hoeft geen punten te geven" in page
    assert base(panel, "evaluation/bids") not in page
    ok(chair.get(base(panel, "evaluation/freeze")), 200)
    ok(chair.post(base(panel, "evaluation/freeze"), data={"sure": "y"}))
    assert "46.000" in ok(chair.get(base(panel, "evaluation")), 200).text
