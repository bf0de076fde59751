"""Each lot waits, is summoned and becomes definitive by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.clock import local_date
from cwb.notifications.models import Mail
from procurement.awards import queries as awards
from procurement.contracts import queries as contracts
from procurement.contracts import services as contracting
from procurement.contracts.errors import NotAwarded
from procurement.standstill import errors, rules, services
from procurement.stops import services as stops
from procurement.tenders.rules import TenderState, state_of
from tests.procurement.divided import Line, sign_all
from tests.procurement.world import World

UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
WHY = "Een inschrijver vraagt om uitleg."


def begun(session, folder):
    """Three lots, letters sent: Glans wins 1, Boen 2, Stof 3; Boen also bid on lot 1."""
    world = World(session, folder)
    world.divide(3)
    made = Line(
        world,
        {
            1: {"Glans": (4_000_000, None, 40), "Boen": (4_100_000, None, 20)},
            2: {"Boen": (4_000_000, None, 40)},
            3: {"Stof": (4_000_000, None, 40)},
        },
    )
    made.open()
    made.freeze()
    made.prepare()
    made.send()
    return made


pytestmark = pytest.mark.begins(line=begun)


@pytest.fixture
def line(root):
    return root


def summon(line, *lots, day=None):
    served = day or local_date(line.world.at)
    return line.do(
        services.record_summons, line.world.anna, served_on=served, reference="C/13/000001", lots=lots
    )


def extend(line, *lots, days=7):
    last = rules.last_day(line.decision().standstill_until) + timedelta(days=days)
    return line.do(services.extend, line.world.anna, last_day=last, reason=WHY, lots=lots)


def definitive(line):
    """Numbers of the lots that are definitive."""
    return [each.lot.number for each in line.decision().lots if each.definitive_at is not None]


def told(line, key):
    return len(line.session.scalars(select(Mail.recipient).where(Mail.key.like(f"{key}-%"))).all())


def test_a_summons_about_one_lot_holds_that_lot_only(line):
    made = summon(line, 2)
    assert made.lot_ids == [line.tender.lots[1].id]
    assert told(line, "summons") == 1, "only who bid on lot 2"
    line.definitive()
    assert definitive(line) == [1, 3]
    assert state_of(line.tender, line.world.at) is TenderState.AWARDED
    assert told(line, "definitive") == 3
    with pytest.raises(NotAwarded):
        contracting.awarded_price(line.session, line.tender.lots[1])
    with pytest.raises(errors.SummonsPending):
        line.definitive()
    sign_all(line, [line.tender.lots[0], line.tender.lots[2]])
    assert line.tender.completed_at is None, "lot 2 still waits"
    with pytest.raises(DBAPIError, match="a lot waits"), line.session.begin_nested():
        line.session.execute(
            text("UPDATE lot_award SET definitive_at = now() + interval '1 year', definitive_by_id = :by "
                 "WHERE definitive_at IS NULL"), {"by": line.world.anna.user_id},
        )  # fmt: skip
    line.do(
        services.record_judgment, line.world.anna, summons_id=made.id, may_award=True, judgment="De gunning mag door."
    )  # fmt: skip
    line.definitive()
    assert definitive(line) == [1, 2, 3]
    assert [each.values["lot"] for each in contracts.tasks(line.session, line.world.anna, line.world.at)] == [
        2
    ]
    sign_all(line, [line.tender.lots[1]])
    assert line.tender.completed_at is not None


def test_a_judge_against_one_lot_leaves_that_lot_to_be_stopped(line):
    made = summon(line, 2)
    line.do(
        services.record_judgment, line.world.anna, summons_id=made.id, may_award=False, judgment="Niet zo gunnen."
    )  # fmt: skip
    line.definitive()
    with pytest.raises(errors.JudgeForbids):
        line.definitive()
    line.do(stops.stop_lot, line.world.anna, lot=2, reason="De rechter liet het niet toe.")
    with pytest.raises(errors.AlreadyEnded):
        line.definitive()
    sign_all(line, [line.tender.lots[0], line.tender.lots[2]])
    assert line.tender.completed_at is not None


def test_a_summons_that_names_nothing_holds_all(line):
    assert summon(line).lot_ids == []
    assert told(line, "summons") == 3
    with pytest.raises(errors.SummonsPending):
        line.definitive()
    assert definitive(line) == []


def test_one_lot_waits_longer_and_the_others_go_on(line):
    before = line.decision().standstill_until
    made = extend(line, 2)
    assert (made.lot_ids, made.until_before) == ([line.tender.lots[1].id], before)
    assert made.until > before == line.decision().standstill_until == line.tender.standstill_until
    assert told(line, "longer") == 1
    line.definitive()
    assert definitive(line) == [1, 3]
    with pytest.raises(errors.StandstillRuns) as refused:
        line.definitive()
    assert refused.value.facts["until"] == made.until
    assert summon(line, 2).lot_ids == made.lot_ids, (
        "within its own longer standstill one may still go to court"
    )
    with pytest.raises(errors.LotNotWaiting):
        extend(line, 1, days=20)
    again = extend(line, days=20)
    assert again.lot_ids == made.lot_ids, "all that still wait"
    for act in (
        "UPDATE lot_award SET standstill_until = standstill_until + interval '1 day' WHERE definitive_at IS NULL",
        "UPDATE lot_award SET standstill_until = NULL WHERE definitive_at IS NULL",
        "UPDATE lot_award SET reason = 'x' WHERE definitive_at IS NULL",
        "UPDATE lot_award SET definitive_at = NULL, definitive_by_id = NULL WHERE definitive_at IS NOT NULL",
        "DELETE FROM lot_award",
    ):
        with pytest.raises(DBAPIError, match=r"only with a reason|it was sent"), line.session.begin_nested():
            line.session.execute(text(act))


def test_a_longer_wait_of_all_does_not_shorten_that_of_one(line):
    alone = extend(line, 2, days=20)
    extend(line, 1, 3, days=7)
    whole = extend(line, days=25)
    assert whole.until > alone.until
    found = line.decision()
    assert {each.until(found) for each in found.lots} == {whole.until}


def test_naming_all_is_the_same_as_naming_none(line):
    assert extend(line, 1, 2, 3).lot_ids == []
    assert summon(line, 3, 2, 1).lot_ids == []


def test_only_lots_that_wait_can_be_named(line):
    line.do(stops.stop_lot, line.world.anna, lot=2, reason="Wij doen het zelf.")
    for lots in ((2,), (9,), (1, 2)):
        with pytest.raises(errors.LotNotWaiting) as refused:
            summon(line, *lots)
        assert refused.value.field == "lots"
        with pytest.raises(errors.LotNotWaiting):
            extend(line, *lots)


def test_a_lot_of_another_tender_is_named_nowhere(line):
    made = summon(line, 2)
    with pytest.raises(DBAPIError), line.session.begin_nested():
        line.session.execute(text("UPDATE summons SET lot_ids = '{}'"))
    with pytest.raises(DBAPIError, match="another tender"), line.session.begin_nested():
        line.session.execute(
            text("INSERT INTO summons (decision_id, lot_ids, served_on, reference, recorded_by_id, recorded_at, judgment) "
                 "SELECT decision_id, '{999999}', served_on, reference, recorded_by_id, recorded_at, '' FROM summons "
                 "WHERE id = :id"), {"id": made.id},
        )  # fmt: skip


def test_a_decision_is_definitive_with_its_first_lot_and_then_no_longer_withdrawn(line):
    summon(line, 2)
    line.definitive()
    assert awards.find_decision(line.session, line.tender.id).definitive_at == line.world.at
    with pytest.raises(errors.AlreadyEnded):
        line.do(services.withdraw_decision, line.world.anna, reason="Spijt")


def test_free_lots_need_a_winner_the_first_time():
    def wait(lot, *, is_won, pending=False):
        return rules.Wait(lot, UNTIL, (None,) if pending else (), is_won)

    assert rules.free_lots([wait(1, is_won=True), wait(2, is_won=False)], is_first=True, at=UNTIL) == [1, 2]
    held = [wait(1, is_won=True, pending=True), wait(2, is_won=False)]
    with pytest.raises(errors.SummonsPending):
        rules.free_lots(held, is_first=True, at=UNTIL)
    assert rules.free_lots(held, is_first=False, at=UNTIL) == [2]
    with pytest.raises(errors.AlreadyEnded):
        rules.free_lots([], is_first=False, at=UNTIL)
