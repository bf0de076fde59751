from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.consensus import services
from procurement.evaluation import errors, queries
from procurement.evaluation import services as evaluation
from procurement.evaluation.models import JointRound, Score
from procurement.panels import services as panels

FULL = {"plan": (Decimal(30), "Goed plan"), "social": (Decimal(20), "Drie banen")}
LESS = {"plan": (Decimal(12), "Toch minder")}
ALL = ("A", "B", "C")


@pytest.fixture
def scored(panel):
    """Two people scored everything alone; nobody saw the other's points."""
    panel.compose()
    for actor in (panel.carla, panel.dirk):
        for label in ALL:
            panel.do(evaluation.save_scores, actor, label=label, scores=FULL)
    return panel


@pytest.fixture
def begun(scored):
    """Carla began the joint round."""
    scored.do(services.begin, scored.carla)
    return scored


def _refused(panel, statement):
    with pytest.raises(DBAPIError) as fault, panel.session.begin_nested():
        panel.session.execute(text(statement))
    assert fault.value.orig.sqlstate == "CW015"


def test_until_the_round_begins_own_points_may_change_and_after_it_never(scored):
    scored.do(evaluation.save_scores, scored.dirk, label="A", scores=LESS)
    scored.do(services.begin, scored.carla)
    scored.do(services.begin, scored.carla)
    for actor in (scored.carla, scored.dirk):
        with pytest.raises(errors.OwnScoresFixed):
            scored.do(evaluation.save_scores, actor, label="A", scores=FULL)
    given = {each.points for each in queries.scores(scored.session, scored.tender.id)}
    assert given == {Decimal(30), Decimal(20), Decimal(12)}
    told = scored.session.scalars(select(Mail.recipient).where(Mail.key.like("joint-%"))).all()
    assert [each[:4] for each in told] == ["dirk"]


def test_the_round_waits_for_everybody(panel):
    panel.compose()
    with pytest.raises(errors.ScoringRuns):
        panel.do(services.begin, panel.carla)
    made = JointRound(tender_id=panel.tender.id, begun_by_id=panel.carla.user_id, begun_at=panel.at)
    with pytest.raises(DBAPIError, match="scored alone"), panel.session.begin_nested():
        panel.session.add(made)
        panel.session.flush()


@pytest.mark.parametrize(
    "statement", ["UPDATE score SET points = 1", "DELETE FROM score", "DELETE FROM joint_round",
                  "UPDATE joint_round SET begun_at = now()", "DELETE FROM consensus_score",
                  "UPDATE earlier_consensus SET points = 1", "DELETE FROM earlier_consensus"],
)  # fmt: skip
def test_the_database_keeps_what_was_given_alone(begun, statement):
    begun.do(services.agree, begun.carla, label="A", scores=FULL)
    begun.do(services.agree, begun.carla, label="A", scores=LESS)
    _refused(begun, statement)


def test_the_trigger_is_what_keeps_it(begun):
    """The guard taken away, the change goes through: so the test above can fail."""
    begun.session.execute(text("DROP TRIGGER keep_own_score ON score"))
    begun.session.execute(text("UPDATE score SET points = 1"))
    assert set(begun.session.scalars(select(Score.points))) == {Decimal(1)}


def test_nothing_is_agreed_before_the_round(scored):
    with pytest.raises(errors.RoundNotBegun):
        scored.do(services.agree, scored.carla, label="A", scores=FULL)
    _refused(
        scored,
        "INSERT INTO consensus_score (opened_bid_id, criterion_id, member_id, points, note, scored_at) "
        "SELECT s.opened_bid_id, s.criterion_id, s.member_id, 1, 'x', now() FROM score s "
        "JOIN panel_member m ON m.id = s.member_id AND m.is_chair",
    )


def test_a_changed_consensus_keeps_what_it_was(begun):
    begun.do(services.agree, begun.carla, label="A", scores=FULL)
    begun.do(services.agree, begun.carla, label="A", scores=FULL)
    assert queries.earlier_consensus(begun.session, begun.tender.id) == []
    begun.do(services.agree, begun.carla, label="A", scores=LESS)
    [kept] = queries.earlier_consensus(begun.session, begun.tender.id)
    assert (kept.criterion.code, kept.points, kept.note) == ("plan", Decimal(30), "Goed plan")


def test_who_comes_later_still_scores_alone_and_once(begun):
    with atomic(begun.session):
        elif_ = begun.world.person("Elif", begun.world.buyer, Role.ASSESSOR)
    begun.world.at += timedelta(minutes=1)
    begun.do(panels.invite_assessor, begun.world.anna, user_id=elif_.user_id)
    begun.do(panels.declare, elif_, conflict=False)
    begun.do(evaluation.save_scores, elif_, label="A", scores=FULL)
    begun.do(evaluation.save_scores, elif_, label="B", scores={"plan": FULL["plan"], "social": (None, "")})
    with pytest.raises(errors.ScoringRuns):
        begun.do(services.agree, begun.carla, label="A", scores=FULL)
    with pytest.raises(errors.OwnScoresFixed):
        begun.do(evaluation.save_scores, elif_, label="A", scores=LESS)
    begun.do(evaluation.save_scores, elif_, label="B", scores=FULL)
    begun.do(evaluation.save_scores, elif_, label="C", scores=FULL)
    begun.do(services.agree, begun.carla, label="A", scores=FULL)
