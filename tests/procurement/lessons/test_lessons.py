import csv
import io
from fractions import Fraction

from cwb.kernel.policy import Role
from procurement.evaluation import services as evaluation
from procurement.lessons import queries, rules


def content(own, winner, name="Plan", price=(110, 100), **criterion):
    most = criterion or {"max_points": "10"}
    return {
        "file": {"criteria": [{"id": "q1", "name": name, **most}]},
        "gaps": [{"code": "q1", "name": name, "own": own, "winner": winner}],
        "own": {"price_minor": price[0]}, "winner": {"price_minor": price[1]},
    }  # fmt: skip


def test_scores_become_shares_of_what_could_be_had():
    assert rules.shares(content("8", "10")) == [("Plan", Fraction(4, 5), Fraction(1))]
    assert rules.shares(content("2500", "5000", value="5000.00")) == [("Plan", Fraction(1, 2), Fraction(1))]
    assert rules.shares(content(None, "10")) == rules.shares(content("8", "")) == rules.shares({}) == []


def test_the_same_criterion_counts_together_and_the_largest_gap_stands_first():
    found = rules.compare([content("8", "10"), content("4", "10"), content("9", "8", "Sociaal")])
    assert [(each.name, each.times, each.own, each.behind) for each in found] == [
        ("Plan", 2, Fraction(3, 5), Fraction(2, 5)), ("Sociaal", 1, Fraction(9, 10), Fraction(-1, 10)),
    ]  # fmt: skip


def test_capitals_and_spaces_make_no_other_criterion():
    found = rules.compare([content("8", "10", "Plan van  aanpak"), content("4", "10", "plan van Aanpak")])
    assert [(each.name, each.times) for each in found] == [("Plan van aanpak", 2)]


def test_points_for_the_price_are_one_kind():
    told = content("8", "10")
    told["file"]["price"] = {"max_points": "40"}
    told["gaps"].append({"code": "price", "name": "Prijs per uur", "own": "20", "winner": "40"})
    assert rules.shares(told)[1] == (rules.PRICE, Fraction(1, 2), Fraction(1))
    told["gaps"][1]["name"] = ""
    assert [each.times for each in rules.compare([told, told]) if each.name == rules.PRICE] == [2]


def test_a_letter_that_compares_nothing_leaves_its_cells_empty(panel, points, walk):
    panel.compose()
    out = panel.suppliers["Stof"]
    panel.do(
        evaluation.disqualify, panel.world.anna, label=panel.label("Stof"), reason="Een bewijs ontbreekt na aanvraag."
    )  # fmt: skip
    panel.score_all({name: given for name, given in points.items() if name != "Stof"})
    panel.do(evaluation.freeze, panel.carla)
    panel.prepare()
    panel.write("Boen")
    panel.send()
    panel.session.commit()

    def lines(actor):
        return list(csv.reader(io.StringIO(walk(actor).get("/lessons.csv").text.lstrip("\ufeff"))))

    head, only = lines(out)
    assert [only[head.index(each)] for each in ("criterion", "own_share", "winner_share")] == ["", "", ""]
    assert [each[head.index("own_share")] for each in lines(panel.suppliers["Boen"])[1:]] == [
        "0.5000",
        "0.5000",
    ]


def test_a_price_is_compared_only_where_both_are_told():
    assert rules.price_ratio(content("8", "10")) == Fraction(11, 10)
    assert rules.price_ratio(content("8", "10", price=(110, None))) is None
    assert rules.price_ratio({}) is None


def test_a_cooperative_reads_its_own_and_its_coach_only_when_let(panel, points, walk):
    panel.decided(points)
    panel.session.commit()
    first, second = list(panel.suppliers.values())[:2]
    letter = queries.letters(panel.session, first.organisation_id)[0]
    home, other = walk(first), walk(second)
    page = home.get("/lessons").text
    assert letter.decision.tender.title in page
    assert letter.organisation_id == first.organisation_id
    assert panel.tender.number in home.get("/lessons.csv").text
    coach = walk(panel.world.person("Coach", panel.world.organisation("Programma"), Role.COACH))
    panel.session.commit()
    public_id = panel.session.get(type(panel.world.buyer), first.organisation_id).public_id
    assert coach.get(f"/lessons/shared/{public_id}").status_code == 404
    assert home.post("/lessons/coach", data={"given": "yes"}).status_code == 303
    assert coach.get(f"/lessons/shared/{public_id}").status_code == 200
    assert str(public_id) in coach.get("/lessons/shared").text
    assert home.post("/lessons/coach", data={"given": "no"}).status_code == 303
    assert coach.get(f"/lessons/shared/{public_id}").status_code == 404
    assert other.get(f"/lessons/shared/{public_id}").status_code == 403
