"""A tender with several lots from sealed bid to signed contracts."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cwb.kernel.database import make_engine
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.awards import errors as award_errors
from procurement.awards import queries as award_queries
from procurement.awards import services as awards
from procurement.awards.rules import Result
from procurement.bids import queries as bid_queries
from procurement.bids.errors import BidUnfinished, MayNotBid, TooManyLots
from procurement.bids.models import Bid
from procurement.contracts import queries as contract_queries
from procurement.contracts import services as contracts
from procurement.contracts.errors import NotAwarded
from procurement.envelopes.rules import Fault
from procurement.evaluation import queries as evaluation_queries
from procurement.evaluation import services as evaluation
from procurement.opening import queries as opening_queries
from procurement.submission import services as submission
from procurement.tenders import queries as tenders
from procurement.tenders.rules import TenderState, state_of
from tests.procurement.divided import Line, sign_all


@pytest.fixture
def limited(world):
    """Three lots, one to win: Glans is first on lots 1 and 2 and wants lot 2 most."""
    world.divide(3, most_lots_won=1)
    return Line(
        world,
        {
            1: {"Glans": (4_000_000, 2, 40), "Boen": (4_100_000, 1, 20), "Stof": (4_500_000, 1, 0)},
            2: {"Glans": (4_000_000, 1, 40), "Boen": (4_200_000, 2, 40)},
            3: {"Stof": (4_000_000, 2, 10)},
        },
    )


@pytest.fixture
def failing(world):
    """Two lots without a limit; nobody bids on the second."""
    world.divide(2)
    return Line(world, {1: {"Glans": (4_000_000, None, 40), "Boen": (4_100_000, None, 20)}})


def test_one_bidder_has_a_bid_on_each_lot_and_one_only(world):
    world.divide(2)
    actor = world.supplier()
    for lot in (1, 2):
        world.lot = lot
        assert world.start(actor).id == world.start(actor).id
    mine = bid_queries.running_of(world.session, world.tender.id, actor.organisation_id)
    assert sorted(mine) == sorted(
        each.id for each in tenders.tender_by_id(world.session, world.tender.id).lots
    )
    first = min(mine.values(), key=lambda each: each.lot_id)
    with pytest.raises(DBAPIError, match="uq_bid_running"), world.session.begin_nested():
        world.session.execute(text("UPDATE bid SET withdrawn_at = NULL"))
        world.session.execute(
            text("INSERT INTO bid (public_id, tender_id, lot_id, organisation_id, started_by_id, started_at, "
                 "draft_version, version, retracted) SELECT gen_random_uuid(), tender_id, lot_id, organisation_id, started_by_id, "
                 "started_at, 0, 0, 0 FROM bid WHERE id = :id"), {"id": first.id},
        )  # fmt: skip


def test_a_bid_is_handed_in_on_its_own_lot_alone(world):
    world.divide(2)
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    world.lot = 2
    with pytest.raises(MayNotBid):
        world.hand_in(bid, actor)
    with pytest.raises(MayNotBid):
        world.fill(bid, actor, price=1)
    with pytest.raises(DBAPIError, match="refused"), world.session.begin_nested():
        world.session.execute(text("UPDATE bid SET lot_id = (SELECT max(id) FROM lot)"))
    with pytest.raises(DBAPIError, match="fk_bid_tender_id_lot_id"), world.session.begin_nested():
        world.session.execute(text("ALTER TABLE bid DISABLE TRIGGER USER"))
        world.session.execute(text("UPDATE bid SET lot_id = (SELECT min(id) FROM lot)"))


def test_a_limit_asks_for_a_preference_and_without_one_nothing_is_handed_in(world):
    world.divide(2, most_lots_won=1)
    actor = world.supplier()
    bid = world.start(actor)
    world.wish = 3
    world.fill(bid, actor)
    with pytest.raises(BidUnfinished, match="voorkeur"):
        world.hand_in(bid, actor)


def test_nobody_bids_on_more_lots_than_was_published(world):
    world.divide(3, most_lots_bid=2)
    actor = world.supplier()
    for lot in (1, 2):
        world.lot = lot
        bid = world.bid_of(actor)
    world.lot = 3
    third = world.start(actor)
    world.fill(third, actor)
    with pytest.raises(TooManyLots):
        world.hand_in(third, actor)
    world.bid_of(world.supplier("Ander"))
    world.withdraw(bid, actor)
    assert world.hand_in(third, actor).version == 1
    world.fill(third, actor, price=1_000)
    assert world.hand_in(third, actor).version == 2


def test_two_people_handing_in_at_once_do_not_pass_the_limit_together(database_url, make_world):
    engine = make_engine(database_url)
    with Session(engine, expire_on_commit=False) as session:
        world = make_world(session)
        world.divide(4, most_lots_bid=1)
        actor = world.supplier()
        drafts = []
        for lot in (1, 2, 3, 4):
            world.lot = lot
            bid = world.start(actor)
            world.fill(bid, actor)
            drafts.append((lot, bid.id, bid.draft_version))
        session.commit()
        start = Barrier(len(drafts))

        def hand_in(lot, bid_id, seen):
            with Session(engine, expire_on_commit=False) as own:
                start.wait()
                try:
                    with atomic(own):
                        submission.hand_in(
                            own, chance=bid_queries.opportunity(own, world.tender.number, lot),
                            bid=own.get_one(Bid, bid_id), seen=seen, actor=actor, keys=world.keys, at=world.at,
                        )  # fmt: skip
                except TooManyLots:
                    return "refused"
            return "done"

        with ThreadPoolExecutor(len(drafts)) as pool:
            said = sorted(pool.map(lambda facts: hand_in(*facts), drafts))
        assert said == ["done", "refused", "refused", "refused"]
    engine.dispose()


def test_one_opening_opens_all_lots_and_labels_are_unique(limited):
    opened = limited.open()
    assert sorted(each.label for each in opened) == list("ABCDEF")
    assert {each.fault for each in opened} == {None}
    assert sorted(each.lot.number for each in opening_queries.received_list(limited.session, opened[0].tender_id)) \
        == [1, 1, 1, 2, 2, 3]  # fmt: skip


def test_an_envelope_moved_to_another_lot_is_seen(world):
    world.divide(2)
    actor = world.supplier()
    bid = world.bid_of(actor)
    world.session.execute(text("ALTER TABLE bid DISABLE TRIGGER USER"))
    world.session.execute(text("UPDATE bid SET lot_id = lot_id + 1 WHERE id = :id"), {"id": bid.id})
    world.session.execute(text("ALTER TABLE bid ENABLE TRIGGER USER"))
    world.session.commit()
    world.session.expire_all()
    world.closes()
    world.release(world.anna, world.bram)
    world.open(world.bram)
    [found] = opening_queries.opened(world.session, world.tender.id)
    assert found.fault is Fault.OTHER_LOT


def test_the_limit_gives_each_lot_by_rank_and_own_preference(limited):
    limited.open()
    assert [each.input["lot"] for each in limited.freeze()] == [1, 2, 3]
    assert limited.winners() == {1: "Boen", 2: "Glans", 3: "Stof"}
    limited.prepare()
    decision = limited.decision()
    results = {(each.bid.lot.number, each.organisation.name): each.result for each in decision.letters}
    assert results == {
        (1, "Glans"): Result.LIMITED, (1, "Boen"): Result.WON, (1, "Stof"): Result.LOST,
        (2, "Glans"): Result.WON, (2, "Boen"): Result.LOST, (3, "Stof"): Result.WON,
    }  # fmt: skip
    assert [each.passed_over for each in decision.lots] == [[limited.labels[1, "Glans"]], [], []]
    assert decision.unfinished == sorted([limited.labels[1, "Stof"], limited.labels[2, "Boen"]])


def test_the_database_keeps_the_limit_and_the_lot_of_a_winner(limited):
    limited.open()
    limited.freeze()
    limited.prepare()
    for change in (
        (
            "UPDATE lot_award SET winner_bid_id = (SELECT b.id FROM opened_bid b JOIN lot l ON l.id = b.lot_id "
            "JOIN party o ON o.id = b.organisation_id WHERE l.number = 1 AND o.name = 'Glans') "
            "WHERE lot_id = (SELECT min(lot_id) FROM lot_award)"
        ),
        "UPDATE lot_award SET winner_bid_id = (SELECT max(id) FROM opened_bid WHERE lot_id <> lot_award.lot_id)",
    ):
        with pytest.raises(DBAPIError, match=r"at most|readable bid"), limited.session.begin_nested():
            limited.session.execute(text(change))


def test_a_score_lies_in_the_lot_of_its_bid(limited):
    limited.open()
    limited.freeze()
    with pytest.raises(DBAPIError), limited.session.begin_nested():
        limited.session.execute(text("UPDATE tender SET scores_frozen_at = NULL"))
    with pytest.raises(DBAPIError, match="lot of its bid"), limited.session.begin_nested():
        for each in ("keep_score", "keep_own_score"):
            limited.session.execute(text(f"ALTER TABLE score DISABLE TRIGGER {each}"))
        limited.session.execute(text("UPDATE score SET criterion_id = (SELECT max(id) FROM criterion)"))


def test_a_lot_fails_alone_with_its_reason(failing):
    failing.open()
    failing.freeze()
    assert sorted(evaluation_queries.evaluations(failing.session, failing.tender.id)) == [
        failing.tender.lots[0].id
    ]
    assert awards.failing(failing.session, failing.tender) == [2]
    with pytest.raises(award_errors.LotReasonMissing) as fault:
        failing.prepare()
    assert fault.value.field == "reason_2"
    failing.awarded(_2="Niemand schreef in.")
    found = award_queries.notice(failing.session, failing.tender.id)
    assert [(each.number, each.winner, each.bids, each.reason) for each in found.lots] == [
        (1, "Glans", 2, ""),
        (2, None, 0, "Niemand schreef in."),
    ]
    with pytest.raises(NotAwarded):
        contracts.awarded_price(failing.session, failing.tender.lots[1])
    sign_all(failing, failing.tender.lots[:1])
    assert state_of(failing.tender, failing.world.at) is TenderState.COMPLETE


def test_a_disqualified_bid_of_a_lot_without_a_winner_gets_its_letter(world):
    world.divide(2)
    line = Line(world, {1: {"Glans": (4_000_000, None, 40)}, 2: {"Boen": (4_000_000, None, 0)}})
    line.open()
    line.do(evaluation.disqualify, world.anna, label=line.labels[2, "Boen"], reason="Niet getekend")
    del line.offers[2]
    line.freeze()
    line.awarded(_2="Geen geldige inschrijving.")
    letters = {each.organisation.name: each for each in line.decision().letters}
    content = letters["Boen"].content
    assert (letters["Boen"].result, content["winner"], content["failed"]) == (
        Result.DISQUALIFIED, None, "Geen geldige inschrijving.",
    )  # fmt: skip
    assert content["lot"] == {"number": 2, "title": "Deel 2"}


def test_nothing_to_award_in_any_lot_is_no_decision(world):
    world.divide(2)
    line = Line(world, {1: {"Glans": (4_000_000, None, 40)}})
    line.open()
    assert not awards.nothing_left(line.session, line.tender)
    line.do(evaluation.disqualify, world.anna, label=line.labels[1, "Glans"], reason="Niet getekend")
    assert awards.nothing_left(line.session, line.tender)


def test_each_awarded_lot_gets_its_contract_and_the_last_one_ends_the_tender(limited):
    limited.open()
    limited.freeze()
    limited.awarded()
    lots = limited.tender.lots
    waits = contract_queries.tasks(limited.session, limited.world.anna, limited.world.at)
    assert [each.values["lot"] for each in waits] == [1, 2, 3]
    [first, second] = sign_all(limited, lots[:2])
    assert first.title == f"Deel 1 ({limited.tender.number}, perceel 1)"
    assert (first.price, second.price) == (Money(4_100_000), Money(4_000_000))
    assert limited.tender.completed_at is None
    sign_all(limited, lots[2:])
    assert limited.tender.completed_at is not None
    assert len(contract_queries.of_tender(limited.session, limited.tender.id)) == 3


def test_each_bidder_gets_a_letter_for_each_of_its_bids_in_one_act(limited):
    limited.open()
    limited.freeze()
    limited.awarded()
    told = limited.session.scalars(select(Mail.key).where(Mail.key.like("award-%"))).all()
    assert len(told) == 6
    ended = limited.session.scalars(select(Mail.key).where(Mail.key.like("definitive-%"))).all()
    assert len(ended) == 6
