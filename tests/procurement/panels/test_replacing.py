"""A chair who left after the freeze: another takes the place, and the award goes on."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.assets import build
from cwb.audit.queries import content_of, history
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from procurement.hearings.errors import TextTooShort
from procurement.panels import errors, queries, services
from procurement.panels.rules import check_replacement
from procurement.rescoring import services as rescoring
from procurement.rescoring.rules import Ground
from tests.pdfs import Pdf
from tests.procurement.panel import base, ok, points_form

WHY = "Carla werkt sinds maandag bij een ander bureau."
FAIR = {"is_gone": True, "decides": 1, "left": 2, "came": 3, "may_come": True, "reason": WHY}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"is_gone": False}, errors.SeatStands), ({"decides": 2}, errors.ReplacedByOneself),
        ({"decides": 3}, errors.ReplacedByOneself), ({"may_come": False}, errors.MayNotAssess),
        ({"came": 2}, errors.MayNotAssess), ({"reason": " weg "}, TextTooShort),
    ],
)  # fmt: skip
def test_only_who_is_gone_and_only_by_a_third_person(change, fault):
    assert check_replacement(**FAIR) == WHY
    with pytest.raises(fault):
        check_replacement(**{**FAIR, **change})


def _leaves(panel, actor):
    with atomic(panel.session) as session:
        session.execute(
            text("UPDATE mandate SET ended_at = :at WHERE user_id = :user"), {"at": panel.at, "user": actor.user_id}
        )  # fmt: skip


def test_the_award_goes_on_without_the_chair(panel, points, walk):
    panel.frozen(points)
    with atomic(panel.session):
        eva, femke = (panel.world.person(name, panel.world.buyer, Role.ASSESSOR) for name in ("Eva", "Femke"))
    seats = {each.user_id: each.id for each in queries.panel(panel.session, panel.tender.id)}
    facts = {"member_id": seats[panel.carla.user_id], "user_id": eva.user_id, "reason": WHY}
    with pytest.raises(errors.SeatStands):
        panel.do(services.replace_assessor, panel.world.anna, **facts)
    asked = panel.do(
        rescoring.ask_rescoring, panel.world.anna, label=panel.label("Stof"), codes=["plan"], ground=Ground.CLERICAL,
        reason=WHY,
    )  # fmt: skip
    panel.do(
        rescoring.decide_rescoring, panel.world.bram, public_id=asked.public_id, is_agreed=True, answer=WHY
    )
    _leaves(panel, panel.carla)
    with pytest.raises(errors.MayNotAssess):  # one person would be left
        panel.do(services.replace_assessor, panel.world.anna, **{**facts, "user_id": panel.dirk.user_id})
    anna, home = walk(panel.world.anna), base(panel, "panel")
    scores, address = (
        base(panel, "rescoring", str(asked.public_id), "scores"),
        f"{home}/{facts['member_id']}/replace",
    )
    ok(walk(panel.carla).get(scores), 403)
    assert address in ok(anna.get(home), 200).text
    ok(anna.get(address), 200)
    ok(anna.post(address, data={"user": str(eva.user_id), "reason": "weg"}), 422)
    ok(anna.post(address, data={"user": str(eva.user_id), "reason": WHY}))
    assert WHY in ok(anna.get(home), 200).text
    [entry] = [
        each
        for each in history(panel.session, f"tender:{panel.tender.number}")
        if each.action == "evaluation.replaced"
    ]
    assert (entry.actor_id, content_of(entry)["facts"]["reason"]) == (panel.world.anna.user_id, WHY)
    with pytest.raises(errors.ReplacedBefore):
        panel.do(services.replace_assessor, panel.world.anna, **{**facts, "user_id": femke.user_id})
    new = points_form({"plan": "40"}) | {"sure": "y"}
    assert "U nam een plaats in het team over" in ok(walk(eva).get(base(panel, "evaluation")), 200).text
    ok(walk(eva).post(scores, data=new), 403)  # declares first
    ok(walk(eva).post(base(panel, "panel/declare"), data={"conflict": "no"}))
    # A member with an interest that turned up late is replaced too: one person is no panel.
    panel.do(services.declare, panel.dirk, conflict=True, reason="Mijn zus is lid van een inschrijver.")
    ok(walk(eva).post(scores, data=new), 422)
    panel.do(
        services.replace_assessor, panel.world.bram, member_id=seats[panel.dirk.user_id], user_id=femke.user_id,
        reason=WHY,
    )  # fmt: skip
    ok(walk(eva).post(scores, data=new), 422)
    panel.do(services.declare, femke, conflict=False)
    ok(walk(eva).post(scores, data=new))
    panel.prepare()
    for statement in ("UPDATE panel_replacement SET reason = reason || 'x'", "DELETE FROM panel_replacement"):
        with pytest.raises(DBAPIError, match="is refused"), panel.session.begin_nested():
            panel.session.execute(text(statement))
    if build.asset_state() != "missing":
        told = Pdf(ok(anna.get(base(panel, "evaluation/minutes.pdf")), 200).data).text.replace(" ", "")
        for each in ("Femke", "Evakwaminplaatsvan", WHY.replace(" ", ""), "Perceel1,keer2"):
            assert each in told
    ok(walk(panel.suppliers["Stof"]).get(base(panel, "evaluation/minutes.pdf")), 403)


FENCED = (
    ("INSERT INTO panel_member (tender_id, user_id, is_chair, invited_by_id, invited_at, conflict_reason, release_reason)"
    " SELECT tender_id, invited_by_id, false, invited_by_id, now(), '', '' FROM panel_member LIMIT 1"),
    ("INSERT INTO panel_replacement (tender_id, left_id, came_user_id, is_chair, reason, decided_by_id, decided_at)"
    " SELECT tender_id, id, user_id, true, repeat('x', 30), invited_by_id, now() FROM panel_member WHERE is_chair"),
    ("UPDATE panel_member SET is_chair = false WHERE is_chair;"
    "UPDATE panel_member SET is_chair = true WHERE id = (SELECT max(id) FROM panel_member)"),
)  # fmt: skip


@pytest.mark.parametrize("statement", FENCED)
def test_the_database_keeps_a_frozen_panel(panel, points, statement):
    panel.frozen(points)
    with pytest.raises(DBAPIError) as fault, panel.session.begin_nested():
        for each in statement.split(";"):
            panel.session.execute(text(each))
    assert fault.value.orig.sqlstate == "CW058"
