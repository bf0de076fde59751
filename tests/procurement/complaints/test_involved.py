"""Whoever had a part in a tender does not answer its complaint: each part once."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from procurement.complaints import errors, queries
from procurement.standstill import services as standstill
from procurement.tenders.models import Amendment, Nota, Question


@pytest.fixture
def helper(panel):
    """Somebody of the buyer who had no part yet."""
    made = panel.world.person("Hulp", panel.world.buyer, Role.PURCHASER, Role.ASSESSOR)
    panel.session.flush()
    return made


def involved(panel):
    panel.session.flush()
    return queries.involved(panel.session, panel.tender)


def waits_for(panel, actor):
    return [each.text for each in queries.tasks(panel.session, actor, panel.at)]


def test_the_world_s_own_people_are_in_and_a_stranger_is_not(panel, points, helper):
    panel.decided(points)
    world = panel.world
    for each in (world.anna, world.bram, world.eva, panel.carla, panel.dirk):
        assert each.user_id in involved(panel)
    assert helper.user_id not in involved(panel)


def _edited_earlier(panel, who):
    record(
        panel.session, action="tender.draft_changed", subject=f"tender:{panel.tender.number}", actor_id=who.user_id,
        at=panel.at,
    )  # fmt: skip


def _answered(panel, who):
    panel.session.add(
        Question(
            tender_id=panel.tender.id, part="other", asked_by_organisation_id=panel.carla.organisation_id,
            asked_by_user_id=panel.carla.user_id, asked_at=panel.at - timedelta(days=15), text="Hoe vaak?",
            answer="Elke dag.", answered_at=panel.at - timedelta(days=14), answered_by_id=who.user_id,
        )
    )  # fmt: skip


def _published_answers(panel, who):
    panel.session.add(
        Nota(tender_id=panel.tender.id, number=1, published_at=panel.at, published_by_id=who.user_id)
    )


def _rectified(panel, who):
    panel.session.add(
        Amendment(
            tender_id=panel.tender.id, kind="content", closed_at_before=panel.tender.closes_at, reason="Een fout in de eisen", made_at=panel.at,
            made_by_id=who.user_id, closes_at=panel.tender.closes_at, version=1, fields={"description": {"before": "a", "after": "b"}},
        )
    )  # fmt: skip


@pytest.mark.parametrize("act", [_edited_earlier, _answered, _published_answers, _rectified])
def test_a_part_before_the_award_counts(panel, helper, act):
    act(panel, helper)
    assert helper.user_id in involved(panel)


def test_a_summons_its_judgment_an_extension_and_the_last_word_count(panel, points, helper):
    world = panel.world
    decision = panel.decided(points)
    people = {
        name: world.person(name, world.buyer, Role.PURCHASER) for name in ("Een", "Twee", "Drie", "Vier")
    }
    facts = {"served_on": local_date(panel.at), "reference": "C/13/1"}
    made = panel.do(standstill.record_summons, people["Een"], **facts)
    panel.do(
        standstill.record_judgment, people["Twee"], summons_id=made.id, may_award=True, judgment="De gunning mag door."
    )  # fmt: skip
    last = decision.standstill_until.date() + timedelta(days=3)
    panel.do(standstill.extend, people["Drie"], last_day=last, reason="Wij leggen het uit.")
    world.at = decision.standstill_until
    panel.do(standstill.make_definitive, people["Vier"])
    assert {each.user_id for each in people.values()} <= involved(panel)
    assert helper.user_id not in involved(panel)


def test_reading_the_file_and_handling_a_complaint_are_no_part(panel, helper):
    for action in ("tender.archived", "complaint.answered"):
        record(
            panel.session, action=action, subject=f"tender:{panel.tender.number}", actor_id=helper.user_id, at=panel.at
        )  # fmt: skip
    assert helper.user_id not in involved(panel)


def test_each_named_column_counts_without_the_audit_log(panel, points, monkeypatch):
    """The tables alone know them, too: nobody is missing when the log is left out."""
    panel.decided(points)
    monkeypatch.setattr(
        queries, "_PARTS", tuple(each for each in queries._PARTS if "audit" not in str(each[0]))
    )
    world = panel.world
    assert involved(panel) == {
        each.user_id for each in (world.anna, world.bram, world.eva, panel.carla, panel.dirk)
    }


def test_the_task_waits_only_for_who_may_answer(panel, points, helper, complaint_about):
    panel.compose()
    _edited_earlier(panel, helper)
    fresh = panel.world.person("Vers", panel.world.buyer, Role.ASSESSOR)
    complaint_about(panel)
    assert waits_for(panel, fresh)
    for actor in (helper, panel.world.anna, panel.carla):
        as_purchaser = Actor(actor.user_id, "", panel.world.buyer.id, "", frozenset({Role.PURCHASER}))
        assert waits_for(panel, as_purchaser) == []


def test_a_complaint_names_lots_of_its_own_tender_and_stops_nothing(panel, complaint_about):
    lot = panel.lot
    made = complaint_about(panel, lots=[1])
    assert made.lot_ids == [lot.id]
    assert [each.id for each in queries.named_lots(panel.session, made)] == [lot.id]
    assert complaint_about(panel).lot_ids == []
    with pytest.raises(errors.LotUnknown):
        complaint_about(panel, lots=[7])
    for act in ("UPDATE complaint SET lot_ids = '{}'", "UPDATE complaint SET lot_ids = '{999999}'"):
        with pytest.raises(DatabaseError), panel.session.begin_nested():
            panel.session.execute(text(act))
