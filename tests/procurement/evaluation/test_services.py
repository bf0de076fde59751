from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import Mandate
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.consensus import services as consensus
from procurement.evaluation import errors, queries, services
from procurement.evaluation.models import ConsensusScore
from procurement.opening.models import BidAccess
from procurement.panels import errors as refusals
from procurement.panels import services as panels
from procurement.panels.queries import find_member
from procurement.scoring import gateway
from procurement.scoring import rules as engine

FULL = {"plan": (Decimal(30), "Goed plan"), "social": (Decimal(20), "Drie banen")}


def test_from_opening_to_a_ranking_that_anyone_recomputes(panel, points):
    found = panel.frozen(points)
    assert [(each["id"], each["total"]) for each in found.outcome["ranking"]] == [
        (panel.label("Glans"), "41000"), (panel.label("Boen"), "43000"), (panel.label("Stof"), "45000"),
    ]  # fmt: skip
    assert gateway.written(engine.score(*gateway.read(found.input))) == found.outcome
    assert panel.winner() == panel.label("Glans")
    assert panel.tender.scores_frozen_at == panel.at
    assert "Glans" not in str(found.input)
    told = select(Mail.recipient).where(Mail.key.like("frozen-%"))
    assert len(panel.session.scalars(told).all()) == 2


def test_before_the_opening_nothing_is_visible(world, make_panel):
    with atomic(world.session):
        carla = world.person("Carla", world.buyer, Role.ASSESSOR)
    facts = {"tender": world.tender, "at": world.at}
    with atomic(world.session) as session:
        panels.invite_assessor(session, user_id=carla.user_id, actor=world.anna, **facts)
        panels.declare(session, conflict=False, actor=carla, **facts)
        with pytest.raises(refusals.NotOpened):
            services.blind_bids(session, actor=carla, **facts)
        with pytest.raises(refusals.NotOpened):
            services.disqualify(session, label="A", reason="x", actor=world.anna, **facts)
    assert services.progress(world.session, world.tender).cells == 0


def test_the_panel_sees_answers_without_names_and_prices_and_is_written_down(panel):
    panel.compose()
    bids = panel.do(services.blind_bids, panel.carla)
    assert [each.label for each in bids] == ["A", "B", "C"]
    assert all(each.is_valid and set(each.answers) == {"plan", "social"} for each in bids)
    assert not any(word in str(bids) for word in ("Glans", "4800000", "organisation"))
    log = panel.session.scalars(select(BidAccess)).all()
    assert [(each.user_id, each.purpose) for each in log] == [(panel.carla.user_id, "evaluation")]


def test_first_the_declaration(panel):
    panel.do(panels.invite_assessor, panel.world.anna, user_id=panel.carla.user_id, is_chair=True)
    with pytest.raises(refusals.NotDeclared):
        panel.do(services.blind_bids, panel.carla)
    with pytest.raises(refusals.NotDeclared):
        panel.do(services.save_scores, panel.carla, label="A", scores=FULL)
    with pytest.raises(refusals.NotOnPanel):
        panel.do(services.blind_bids, panel.dirk)
    with pytest.raises(refusals.NotOnPanel):
        panel.do(panels.declare, panel.dirk, conflict=False)


def test_an_interest_needs_words_stands_and_ends_scoring(panel):
    panel.compose()
    with pytest.raises(refusals.ReasonMissing):
        panel.do(panels.declare, panel.carla, conflict=True)
    panel.do(panels.declare, panel.carla, conflict=True, reason="Mijn zus werkt er")
    seat = find_member(panel.session, panel.tender.id, panel.carla.user_id)
    assert (seat.is_chair, seat.is_able) == (False, False)
    for act, facts in (
        (panels.declare, {"conflict": False}),
        (services.save_scores, {"label": "A", "scores": FULL}),
    ):
        with pytest.raises(refusals.HasConflict):
            panel.do(act, panel.carla, **facts)


def test_a_member_of_a_bidder_never_scores(panel):
    panel.compose()
    with atomic(panel.session) as session:
        session.add(
            Mandate(
                user_id=panel.dirk.user_id, organisation_id=panel.suppliers["Stof"].organisation_id,
                role=Role.MEMBER, granted_at=panel.at,
            )
        )  # fmt: skip
    for act, facts in ((services.blind_bids, {}), (services.save_scores, {"label": "A", "scores": FULL})):
        with pytest.raises(refusals.MemberOfBidder):
            panel.do(act, panel.dirk, **facts)


def test_only_a_purchaser_of_the_buyer_composes_and_only_with_own_people(panel):
    stranger = panel.world.supplier("Ander")
    for actor in (stranger, panel.world.eva):
        with pytest.raises(refusals.NotYourTender):
            panel.do(panels.invite_assessor, actor, user_id=panel.carla.user_id)
    with pytest.raises(refusals.MayNotAssess):
        panel.do(panels.invite_assessor, panel.world.anna, user_id=stranger.user_id)
    panel.do(panels.invite_assessor, panel.world.anna, user_id=panel.carla.user_id)
    with pytest.raises(refusals.AlreadyOnPanel):
        panel.do(panels.invite_assessor, panel.world.anna, user_id=panel.carla.user_id)
    panel.do(panels.invite_assessor, panel.world.anna, user_id=panel.dirk.user_id, is_chair=True)
    panel.do(panels.invite_assessor, panel.world.anna, user_id=panel.carla.user_id, is_chair=True)
    seats = [
        find_member(panel.session, panel.tender.id, each.user_id).is_chair
        for each in (panel.carla, panel.dirk)
    ]
    assert seats == [True, False]


@pytest.mark.parametrize(
    ("scores", "fault"),
    [
        ({}, errors.NothingTyped), ({"plan": (None, "")}, errors.NothingTyped),
        ({"plan": (None, "wel een tekst")}, errors.PointsMissing), ({"plan": (Decimal(41), "x")}, errors.PointsOutside),
        ({"plan": (Decimal(1), " ")}, errors.NoteMissing), ({"price": (Decimal(1), "x")}, errors.EvaluationNotFound),
    ],
)  # fmt: skip
def test_bad_scores_change_nothing(panel, scores, fault):
    panel.compose()
    with pytest.raises(fault):
        panel.do(services.save_scores, panel.carla, label="A", scores=scores)
    with pytest.raises(errors.EvaluationNotFound):
        panel.do(services.save_scores, panel.carla, label="Z", scores=FULL)
    assert queries.scores(panel.session, panel.tender.id) == []


def test_first_alone_then_together_then_frozen(panel):
    panel.compose()
    for label in ("A", "B", "C"):
        panel.do(services.save_scores, panel.carla, label=label, scores=FULL)
    with pytest.raises(errors.ScoringRuns):
        panel.do(consensus.agree, panel.carla, label="A", scores=FULL)
    for label in ("A", "B", "C"):
        panel.do(services.save_scores, panel.dirk, label=label, scores=FULL)
    for act, facts in ((consensus.begin, {}), (consensus.agree, {"label": "A", "scores": FULL})):
        with pytest.raises(errors.NotChair):
            panel.do(act, panel.dirk, **facts)
    with pytest.raises(errors.RoundNotBegun):
        panel.do(consensus.agree, panel.carla, label="A", scores=FULL)
    panel.do(consensus.begin, panel.carla)
    panel.do(consensus.agree, panel.carla, label="A", scores=FULL)
    with pytest.raises(errors.ConsensusMissing) as fault:
        panel.do(services.freeze, panel.carla)
    assert fault.value.facts == {"number": 4}
    with pytest.raises(errors.NotChair):
        panel.do(services.freeze, panel.dirk)


def test_a_second_look_replaces_the_own_score(panel):
    panel.compose()
    panel.do(services.save_scores, panel.carla, label="A", scores=FULL)
    panel.do(services.save_scores, panel.carla, label="A", scores={"plan": (Decimal(12), "Toch minder")})
    seat = find_member(panel.session, panel.tender.id, panel.carla.user_id)
    mine = queries.scores(panel.session, panel.tender.id, seat.id)
    assert {each.criterion.code: (each.points, each.note) for each in mine} == {
        "plan": (Decimal(12), "Toch minder"), "social": (Decimal(20), "Drie banen"),
    }  # fmt: skip


def test_one_person_is_no_panel(panel):
    panel.compose()
    seat = find_member(panel.session, panel.tender.id, panel.dirk.user_id)
    with pytest.raises(refusals.ReasonMissing):
        panel.do(panels.release_assessor, panel.world.anna, member=seat, reason=" ")
    panel.do(panels.release_assessor, panel.world.anna, member=seat, reason="Ziek")
    panel.do(panels.release_assessor, panel.world.anna, member=seat, reason="Nog eens")
    assert seat.release_reason == "Ziek"
    with pytest.raises(refusals.PanelTooSmall):
        panel.do(consensus.agree, panel.carla, label="A", scores=FULL)


def test_a_disqualified_bid_needs_a_reason_and_takes_no_part(panel, points):
    panel.compose()
    out = panel.label("Glans")
    with pytest.raises(refusals.ReasonMissing):
        panel.do(services.disqualify, panel.world.anna, label=out, reason="")
    with pytest.raises(refusals.NotYourTender):
        panel.do(services.disqualify, panel.world.eva, label=out, reason="x")
    panel.do(services.disqualify, panel.world.anna, label=out, reason="Geen geldige verklaring")
    for act, facts in (
        (services.disqualify, {"reason": "x"}),
        (services.save_scores, {"scores": FULL}),
    ):
        with pytest.raises(errors.BidOut):
            panel.do(act, panel.world.anna if act is services.disqualify else panel.carla, label=out, **facts)
    panel.score_all({name: each for name, each in points.items() if name != "Glans"})
    [found] = panel.do(services.freeze, panel.carla)
    assert [each["id"] for each in found.outcome["ranking"]] == [panel.label("Boen"), panel.label("Stof")]
    for statement in ("UPDATE disqualification SET reason = 'toch niet'", "DELETE FROM disqualification"):
        with pytest.raises(DBAPIError, match="between opening and freezing"), panel.session.begin_nested():
            panel.session.execute(text(statement))
    panel.session.execute(text("DROP TRIGGER keep_disqualification ON disqualification"))
    panel.session.execute(text("DELETE FROM disqualification"))
    assert not queries.disqualified(panel.session, panel.tender.id), "the trigger is what kept it"


def test_the_database_takes_no_bid_out_before_the_opening(panel):
    """Held by `disqualify_before_freeze` alone: with it gone the same row goes in."""
    session = panel.session
    session.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
    session.execute(text("UPDATE tender SET opened_at = NULL"))
    with pytest.raises(DBAPIError, match="between opening and freezing"), session.begin_nested():
        session.execute(text(CHANGES[-1]))
    session.execute(text("DROP TRIGGER disqualify_before_freeze ON disqualification"))
    assert session.execute(text(CHANGES[-1])).rowcount == 3


def test_without_a_valid_bid_nothing_is_frozen(panel):
    panel.compose()
    for label in ("A", "B", "C"):
        panel.do(services.disqualify, panel.world.anna, label=label, reason="Te laat getekend")
    with pytest.raises(errors.NothingToRank):
        panel.do(services.freeze, panel.carla)


def test_frozen_stays_frozen_in_every_service(panel, points):
    panel.frozen(points)
    for act, actor, facts in (
        (services.save_scores, panel.carla, {"label": "A", "scores": FULL}),
        (consensus.agree, panel.carla, {"label": "A", "scores": FULL}),
        (services.freeze, panel.carla, {}),
        (services.disqualify, panel.world.anna, {"label": "A", "reason": "x"}),
        (panels.invite_assessor, panel.world.anna, {"user_id": panel.world.bram.user_id}),
    ):
        with pytest.raises(refusals.ScoresFrozen):
            panel.do(act, actor, **facts)


CHANGES = (
    "UPDATE score SET points = 1", "DELETE FROM score", "UPDATE consensus_score SET points = 1",
    "DELETE FROM consensus_score", "UPDATE evaluation SET outcome = '{}'", "DELETE FROM evaluation",
    "DELETE FROM panel_member",
    "INSERT INTO disqualification (opened_bid_id, reason, decided_by_id, decided_at) SELECT id, 'x', 1, now() FROM opened_bid",
)  # fmt: skip


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_itself_keeps_frozen_scores(panel, points, statement):
    panel.frozen(points)
    with pytest.raises(DBAPIError) as fault, panel.session.begin_nested():
        panel.session.execute(text(statement))
    assert fault.value.orig.sqlstate == "CW015"


def test_the_trigger_is_what_keeps_them(panel, points):
    """The guard taken away, the change goes through: so the test above can fail."""
    panel.frozen(points)
    panel.session.execute(text("DROP TRIGGER keep_consensus_score ON consensus_score"))
    panel.session.execute(text("UPDATE consensus_score SET points = 1"))
    assert set(panel.session.scalars(select(ConsensusScore.points))) == {Decimal(1)}


@pytest.mark.parametrize("points_", ["41", "-1"])
def test_the_database_keeps_points_within_the_criterion(panel, points, points_):
    panel.compose()
    panel.do(services.save_scores, panel.carla, label="A", scores=FULL)
    with pytest.raises(DBAPIError), panel.session.begin_nested():
        panel.session.execute(text(f"UPDATE score SET points = {points_}"))


def test_the_database_lets_nobody_with_an_interest_score(panel):
    panel.compose()
    panel.do(services.save_scores, panel.carla, label="A", scores=FULL)
    panel.session.execute(
        text("UPDATE panel_member SET is_chair = false, conflict = true, conflict_reason = 'x'")
    )
    with pytest.raises(DBAPIError, match="without an interest"), panel.session.begin_nested():
        panel.session.execute(text("UPDATE score SET points = 1"))
    with pytest.raises(DBAPIError), panel.session.begin_nested():
        panel.session.execute(text("UPDATE panel_member SET conflict = false"))


def test_a_tie_is_broken_by_people_by_the_published_rule(world, make_panel):
    panel = make_panel(world, {"Glans": 4_800_000, "Boen": 4_600_000})
    found = panel.frozen({"Glans": {"plan": "40", "social": "40"}, "Boen": {"plan": "20", "social": "40"}})
    assert (found.outcome["tie"], found.outcome["winner"]) == (True, None)
    assert panel.winner() is None
    with pytest.raises(errors.TieBreakOther):
        panel.do(services.break_tie, world.anna, label=panel.label("Boen"), reason="Liever deze")
    with pytest.raises(refusals.ReasonMissing):
        panel.do(services.break_tie, world.anna, label=panel.label("Glans"), reason="")
    with pytest.raises(refusals.NotYourTender):
        panel.do(services.break_tie, world.eva, label=panel.label("Glans"), reason="x")
    panel.do(services.break_tie, world.anna, label=panel.label("Glans"), reason="Hoogste kwaliteit")
    assert panel.winner() == panel.label("Glans")
    with pytest.raises(errors.NoTie):
        panel.do(services.break_tie, world.anna, label=panel.label("Glans"), reason="x")


def test_without_a_tie_there_is_nothing_to_break(panel, points):
    assert panel.winner() is None
    with pytest.raises(errors.NoTie):
        panel.do(services.break_tie, panel.world.anna, label="A", reason="x")
    panel.frozen(points)
    with pytest.raises(errors.NoTie):
        panel.do(services.break_tie, panel.world.anna, label="A", reason="x")


def test_a_stopped_tender_is_not_evaluated(panel):
    panel.compose()
    panel.session.execute(text("UPDATE tender SET cancelled_at = now(), cancel_reason = 'x'"))
    with pytest.raises(refusals.TenderStopped):
        panel.do(services.save_scores, panel.carla, label="A", scores=FULL)


def test_tasks_say_what_waits(panel, points):
    def waits(actor):
        return [each.text.split(" %")[0] for each in queries.tasks(panel.session, actor, panel.at)]

    assert waits(panel.world.anna) == ["Kies het beoordelingsteam voor"]
    panel.do(panels.invite_assessor, panel.world.anna, user_id=panel.carla.user_id, is_chair=True)
    assert waits(panel.carla) == ["Verklaar dat u geen belang hebt bij"]
    panel.do(panels.declare, panel.carla, conflict=False)
    assert waits(panel.carla) == ["Beoordeel de inschrijvingen op"]
    for label in ("A", "B", "C"):
        panel.do(services.save_scores, panel.carla, label=label, scores=FULL)
    assert waits(panel.carla) == ["Leg het gezamenlijke oordeel vast voor"]
    assert waits(panel.world.anna) == []
    assert waits(panel.suppliers["Glans"]) == []


def test_the_panel_hears_that_the_bids_are_open(world):
    with atomic(world.session) as session:
        carla, dirk = (world.person(name, world.buyer, Role.ASSESSOR) for name in ("Carla", "Dirk"))
        facts = {"tender": world.tender, "at": world.at}
        for each in (carla, dirk):
            panels.invite_assessor(session, user_id=each.user_id, actor=world.anna, **facts)
        panels.declare(session, conflict=True, reason="Familie", actor=dirk, **facts)
    world.closes()
    world.release(world.anna, world.bram)
    world.open(world.bram)
    told = world.session.scalars(select(Mail.recipient).where(Mail.key.like("assess-%"))).all()
    assert [each[:5] for each in told] == ["carla"]
