"""One lot stops, before or after the opening; the others go on."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.awards import queries as awards
from procurement.awards.errors import NotYourTender, ReasonMissing
from procurement.bids.errors import MayNotBid
from procurement.bids.models import BidVersion
from procurement.contracts import services as contracts
from procurement.contracts.errors import NotAwarded
from procurement.evaluation import queries as evaluations
from procurement.lots.errors import LotNotFound, LotStopped
from procurement.lots.queries import find_stop, stops
from procurement.opening import queries as openings
from procurement.stops import errors, services
from procurement.tenders.rules import TenderState, state_of
from procurement.tenders.services import cancel_tender
from tests.procurement.divided import Line, sign_all
from tests.procurement.world import World

WHY = "Dit werk doen wij voortaan zelf."


def begun(session, folder):
    """Two lots; Glans wins the first, Boen the second."""
    world = World(session, folder)
    world.divide(2)
    return Line(
        world,
        {
            1: {"Glans": (4_000_000, None, 40), "Boen": (4_100_000, None, 20)},
            2: {"Boen": (4_000_000, None, 40), "Stof": (4_200_000, None, 20)},
        },
    )


pytestmark = pytest.mark.begins(line=begun)


@pytest.fixture
def line(root):
    return root


def stop(line, lot=2, reason=WHY, actor=None):
    return line.do(services.stop_lot, actor or line.world.anna, lot=lot, reason=reason)


def told(line):
    return line.session.scalars(select(Mail.recipient).where(Mail.key.like("lot-stopped%"))).all()


def test_before_the_opening_its_bids_stay_sealed_and_the_others_are_opened(line):
    made = stop(line)
    assert (made.reason, line.tender.lots[1].stop_reason, line.tender.lots[0].stop_reason) == (WHY, WHY, None)
    assert len(set(told(line))) == 3, "all who follow hear it, so that nobody learns who bid"
    opened = line.open()
    assert {each.lot_id for each in opened} == {line.tender.lots[0].id}
    assert len(openings.received(line.session, line.tender.id)) == 2


def test_nothing_is_handed_in_on_it_any_more(line, world):
    newcomer, late = world.supplier("Nieuw"), world.supplier("Laat")
    world.lot = 2
    draft = world.start(late)
    world.fill(draft, late)
    stop(line)
    with pytest.raises(LotStopped):
        world.hand_in(draft, late)
    with pytest.raises(MayNotBid):
        world.start(newcomer)
    version = world.session.scalars(select(BidVersion).order_by(BidVersion.id.desc())).first()
    with pytest.raises(DBAPIError, match="its lot was stopped"), world.session.begin_nested():
        world.session.execute(
            text("INSERT INTO bid_version OVERRIDING SYSTEM VALUE "
                 "SELECT (jsonb_populate_record(v, '{\"version\": 2, \"id\": 9999}')).* FROM bid_version v "
                 "WHERE id = :id"), {"id": version.id},
        )  # fmt: skip
    world.lot = 1
    assert world.bid_of(newcomer).version == 1


def test_after_the_opening_its_bidders_hear_it_and_it_is_not_scored(line):
    line.open()
    stop(line)
    assert len(told(line)) == 2
    line.offers.pop(2)
    line.freeze()
    assert list(evaluations.evaluations(line.session, line.tender.id)) == [line.tender.lots[0].id]
    line.awarded()
    found = line.decision()
    assert [each.reason for each in found.lots] == ["", WHY]
    assert {each.bid.lot.number for each in found.letters} == {1}
    sign_all(line, line.tender.lots[:1])
    assert state_of(line.tender, line.world.at) is TenderState.COMPLETE


def test_after_the_ranking_too(line):
    line.open()
    line.freeze()
    stop(line, 1)
    assert line.winners() == {1: None, 2: "Boen"}
    line.awarded()
    assert [each.reason for each in line.decision().lots] == [WHY, ""]


def test_after_the_letters_the_others_become_definitive_and_no_contract_is_made_of_it(line):
    line.open()
    line.freeze()
    line.prepare()
    with pytest.raises(errors.DecisionInPreparation):
        stop(line)
    line.send()
    stop(line)
    line.definitive()
    first, second = line.decision().lots
    assert first.definitive_at is not None
    assert second.definitive_at is None
    with pytest.raises(NotAwarded):
        contracts.awarded_price(line.session, line.tender.lots[1])
    with pytest.raises(errors.StoppedBefore):
        stop(line)
    sign_all(line, line.tender.lots[:1])
    assert state_of(line.tender, line.world.at) is TenderState.COMPLETE
    with pytest.raises(errors.LotNotRunning):
        stop(line, 1)


def test_stopping_the_last_open_lot_ends_the_tender(line):
    line.open()
    line.freeze()
    line.awarded()
    sign_all(line, line.tender.lots[:1])
    assert line.tender.completed_at is None
    with pytest.raises(errors.LotHasContract):
        stop(line, 1)
    stop(line, 2)
    assert line.tender.completed_at == line.world.at
    with pytest.raises(NotAwarded):
        contracts.awarded_price(line.session, line.tender.lots[1])


def test_something_must_remain(line):
    stop(line)
    with pytest.raises(errors.LastLot):
        stop(line, 1)
    with pytest.raises(DBAPIError, match="last lot"), line.session.begin_nested():
        line.session.execute(
            text("INSERT INTO lot_stop SELECT l.id, l.tender_id, 'x', t.author_id, now() FROM lot l "
                 "JOIN tender t ON t.id = l.tender_id WHERE l.id = :id"), {"id": line.tender.lots[0].id},
        )  # fmt: skip
    for act in ("UPDATE lot_stop SET reason = 'iets anders'", "DELETE FROM lot_stop"):
        with pytest.raises(DBAPIError), line.session.begin_nested():
            line.session.execute(text(act))
    assert list(stops(line.session, line.tender.id)) == [line.tender.lots[1].id]


def test_without_it_something_must_be_awarded(world):
    world.divide(2)
    line = Line(world, {1: {"Glans": (4_000_000, None, 40)}})
    line.open()
    line.freeze()
    line.prepare(_2="Niemand schreef in.")
    line.send()
    with pytest.raises(errors.LastAward):
        stop(line, 1)


def test_who_and_with_what(line):
    for actor in (line.world.eva, next(iter(line.suppliers.values()))):
        with pytest.raises(NotYourTender):
            stop(line, actor=actor)
    with pytest.raises(ReasonMissing):
        stop(line, reason="  ")
    with pytest.raises(LotNotFound):
        stop(line, 9)
    assert line.session.scalar(select(func.count()).select_from(Mail).where(Mail.key.like("lot-%"))) == 0
    with atomic(line.session) as session:
        cancel_tender(
            session, tender=line.tender, reason="Toch niet", user_id=line.world.anna.user_id, at=line.world.at
        )
    with pytest.raises(errors.LotNotRunning):
        stop(line)
    with pytest.raises(DBAPIError, match="does not run"), line.session.begin_nested():
        line.session.execute(
            text("INSERT INTO lot_stop SELECT l.id, l.tender_id, 'x', t.author_id, now() FROM lot l "
                 "JOIN tender t ON t.id = l.tender_id WHERE l.id = :id"), {"id": line.tender.lots[0].id},
        )  # fmt: skip
    assert find_stop(line.session, line.tender.lots[1].id) is None
    assert awards.find_decision(line.session, line.tender.id) is None
