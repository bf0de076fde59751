"""The pages of scoring a bid anew, walked by two purchasers and the chair."""

import re

from procurement.rescoring import queries
from tests.procurement.panel import base, ok, points_form

WHY = "De voorzitter typte 10 waar het team 40 had afgesproken."


def test_the_way_from_a_mistake_to_another_ranking(panel, points, walk):
    panel.frozen(points)
    anna, bram, carla = (walk(each) for each in (panel.world.anna, panel.world.bram, panel.carla))
    home = base(panel, "rescoring")
    assert "Niets is opnieuw beoordeeld" in ok(anna.get(home), 200).text
    ok(anna.get(base(panel, "rescoring/new")), 200)
    typed = {"label": panel.label("Stof"), "codes": ["plan", "social"], "ground": "clerical", "reason": WHY}
    for change in ({"label": ""}, {"codes": []}, {"ground": "zomaar"}, {"reason": "fout"}):
        ok(anna.post(base(panel, "rescoring/new"), data={**typed, **change}), 422)
    ok(anna.post(base(panel, "rescoring/new"), data=typed))
    [asked] = queries.rescorings(panel.session, panel.tender.id)
    decide, scores = (base(panel, "rescoring", str(asked.public_id), name) for name in ("decide", "scores"))
    assert "Een collega beslist" in ok(anna.get(decide), 200).text
    ok(anna.post(decide, data={"choice": "yes", "answer": WHY}), 403)
    assert "niets vast te leggen" in ok(carla.get(scores), 200).text
    assert WHY in ok(bram.get(decide), 200).text
    ok(bram.post(decide, data={"choice": "yes", "answer": WHY}))
    waits = ok(bram.get(scores), 200).text
    assert "De voorzitter legt dit vast" in waits
    assert 'name="points_plan"' not in waits
    assert "/scores" not in ok(bram.get(home), 200).text
    assert "/scores" in ok(carla.get(home), 200).text
    page = ok(carla.get(scores), 200).text
    assert "Eerst: 10" in re.sub(r"\s+", " ", page)
    given = points_form({"plan": "40", "social": "40"})
    ok(carla.post(scores, data=given), 422)
    ok(carla.post(scores, data={**given, "sure": "y"}))
    shown = ok(anna.get(home), 200).text
    assert "45.000" in shown
    assert "De rangorde voor en na" in shown
    assert "opnieuw beoordeeld" in ok(anna.get(base(panel, "evaluation")), 200).text
    ok(walk(panel.suppliers["Stof"]).get(home), 403)
    ok(anna.get(base(panel, "rescoring/0190a0a0-0000-7000-8000-000000000001/decide")), 404)
