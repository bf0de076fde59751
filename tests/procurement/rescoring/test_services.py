from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from procurement.awards import queries as awards
from procurement.evaluation import errors as evaluation_errors
from procurement.evaluation import queries as evaluations
from procurement.panels.errors import ScoresOpen, TenderStopped
from procurement.rescoring import errors, queries, services
from procurement.rescoring.rules import GROUNDS, Ground, State
from procurement.scoring import gateway
from procurement.scoring import rules as engine
from procurement.standstill import services as standstill

WHY = "De voorzitter typte 10 waar het team 40 had afgesproken."
ASK = {"codes": ["plan"], "ground": Ground.CLERICAL, "reason": WHY}
MORE = {"plan": (Decimal(40), "Het plan noemt alle ruimtes.")}


def _ask(panel, name="Stof", **facts):
    return panel.do(services.ask_rescoring, panel.world.anna, **{"label": panel.label(name), **ASK, **facts})


def _decide(panel, asked, actor, *, is_agreed=True, answer=WHY):
    return panel.do(
        services.decide_rescoring, actor, public_id=asked.public_id, is_agreed=is_agreed, answer=answer
    )


def _settle(panel, asked, actor=None, scores=MORE):
    return panel.do(services.settle_rescoring, actor or panel.carla, public_id=asked.public_id, scores=scores)


def _agreed(panel, **facts):
    asked = _ask(panel, **facts)
    _decide(panel, asked, panel.world.bram)
    return asked


def test_a_mistake_is_mended_by_two_people_and_the_first_ranking_stays(panel, points):
    first = panel.frozen(points)
    asked = _agreed(panel, codes=["plan", "social"])
    [earlier_total] = [
        each["total"] for each in first.outcome["ranking"] if each["id"] == panel.label("Stof")
    ]
    found = _settle(panel, asked, scores={**MORE, "social": (Decimal(40), "Zes banen.")})
    assert (found.version, asked.state, earlier_total) == (2, State.DONE, "45000")
    assert gateway.written(engine.score(*gateway.read(found.input))) == found.outcome
    assert panel.winner() == panel.label("Stof")
    assert evaluations.earlier_evaluations(panel.session, panel.tender.id) == [first]
    kept = evaluations.earlier_consensus(panel.session, panel.tender.id)
    assert {each.criterion.code: each.points for each in kept} == {"plan": Decimal(10), "social": Decimal(0)}


def test_after_a_sent_decision_it_is_withdrawn_first_and_a_second_one_follows(panel, points):
    panel.decided(points)
    with pytest.raises(errors.AwardStands):
        _ask(panel)
    panel.do(standstill.withdraw_decision, panel.world.anna, reason=WHY)
    asked = _ask(panel, codes=["plan", "social"])
    with pytest.raises(errors.RescoringOpen):
        panel.prepare()
    _decide(panel, asked, panel.world.bram)
    with pytest.raises(errors.RescoringOpen):
        panel.prepare()
    _settle(panel, asked, scores={**MORE, "social": (Decimal(40), "Zes banen.")})
    panel.prepare()
    panel.write("Boen", "Glans")
    second = panel.send()
    own = next(each for each in second.letters if each.bid.label == panel.label("Stof"))
    assert (own.result, own.content["own"]["rank"]) == ("won", 1)
    told = {each.bid.label: each.content["anew"] for each in second.letters}
    assert len(told) == 3
    for label, [anew] in told.items():
        assert (anew["why"], anew["own"]) == (GROUNDS[Ground.CLERICAL], label == panel.label("Stof"))
        assert anew["reason"] == (WHY if anew["own"] else "")  # another's bid stays inside
    assert len(awards.decisions(panel.session, panel.tender.id, also_withdrawn=True)) == 2


def test_two_people_and_only_of_the_buyer(panel, points):
    panel.frozen(points)
    for actor in (panel.world.eva, panel.suppliers["Stof"]):
        with pytest.raises(errors.NotYours):
            panel.do(services.ask_rescoring, actor, label="A", **ASK)
    asked = _ask(panel)
    with pytest.raises(errors.DecidedBySamePerson):
        _decide(panel, asked, panel.world.anna)
    with pytest.raises(errors.NotAgreed):
        _settle(panel, asked)
    with pytest.raises(errors.AlreadyAsked):
        _ask(panel, "Boen")
    _decide(panel, asked, panel.world.bram)
    with pytest.raises(errors.DecidedBefore):
        _decide(panel, asked, panel.world.bram)
    with pytest.raises(evaluation_errors.NotChair):
        _settle(panel, asked, panel.dirk)


def test_refused_the_score_stays(panel, points):
    panel.frozen(points)
    asked = _ask(panel)
    _decide(panel, asked, panel.world.bram, is_agreed=False)
    with pytest.raises(errors.DecidedBefore):
        _settle(panel, asked)
    assert queries.find_open(panel.session, panel.tender.id) is None
    panel.prepare()


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"codes": []}, errors.CodesMissing), ({"codes": ["price"]}, errors.CodesMissing),
        ({"reason": "fout"}, errors.ReasonTooShort), ({"label": "Z"}, evaluation_errors.EvaluationNotFound),
    ],
)  # fmt: skip
def test_bad_requests_change_nothing(panel, points, facts, fault):
    panel.frozen(points)
    with pytest.raises(fault):
        _ask(panel, **facts)
    assert queries.rescorings(panel.session, panel.tender.id) == []


@pytest.mark.parametrize(
    "scores", [{}, {**MORE, "social": (Decimal(1), "Ook")}, {"social": (Decimal(1), "x")}]
)
def test_only_what_was_named_gets_other_points(panel, points, scores):
    panel.frozen(points)
    asked = _agreed(panel)
    with pytest.raises(errors.ScoresMissing):
        _settle(panel, asked, scores=scores)


def test_not_before_the_freeze_and_not_after_the_end(panel, points):
    panel.compose()
    with pytest.raises(ScoresOpen):
        _ask(panel)
    panel.score_all(points)
    panel.do(services.evaluation.freeze, panel.carla)
    asked = _agreed(panel)
    panel.session.execute(text("UPDATE tender SET cancelled_at = now(), cancel_reason = 'x'"))
    with pytest.raises(TenderStopped):
        _settle(panel, asked)


FENCED = (
    "UPDATE consensus_score SET points = 1 WHERE criterion_id IN (SELECT id FROM criterion WHERE code = 'social')",
    "UPDATE rescoring SET reason = reason || 'x'", "DELETE FROM rescoring",
    "UPDATE rescoring SET is_agreed = false", "UPDATE evaluation SET version = 2",
    ("INSERT INTO evaluation (tender_id, lot_id, frozen_by_id, frozen_at, input, outcome, digest, version) "
    "SELECT tender_id, lot_id, frozen_by_id, frozen_at, input, outcome, digest, 3 FROM evaluation"),
)  # fmt: skip


@pytest.mark.parametrize("statement", FENCED)
def test_the_database_keeps_everything_else(panel, points, statement):
    panel.frozen(points)
    _agreed(panel)
    with pytest.raises(DBAPIError) as fault, panel.session.begin_nested():
        panel.session.execute(text(statement))
    assert fault.value.orig.sqlstate in {"CW015", "CW047"}


def test_the_database_asks_for_two_people_and_no_standing_award(panel, points):
    panel.frozen(points)
    again = (
        "INSERT INTO evaluation (tender_id, lot_id, frozen_by_id, frozen_at, input, outcome, digest, version) "
        "SELECT tender_id, lot_id, frozen_by_id, frozen_at, input, outcome, digest, 2 FROM evaluation"
    )
    with pytest.raises(DBAPIError, match="by two people"), panel.session.begin_nested():
        panel.session.execute(text(again))
    panel.prepare()
    asks = (
        "INSERT INTO rescoring (public_id, tender_id, opened_bid_id, codes, ground, reason, asked_by_id, asked_at, answer)"
        " SELECT gen_random_uuid(), tender_id, id, '[\"plan\"]', 'clerical', repeat('x', 30), 1, now(), '' FROM opened_bid"
        " LIMIT 1"
    )
    with pytest.raises(DBAPIError, match="scored anew now"), panel.session.begin_nested():
        panel.session.execute(text(asks))
