"""The limits of lots and joint bids: everybody in a bid counts."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from procurement.awards.rules import Result
from procurement.bids import queries as bids
from procurement.bids.errors import MemberHasTooManyLots, TooManyLots
from procurement.stops import services as stops
from tests.procurement.divided import Line
from tests.procurement.together import Together


def count(world, actor, besides=0):
    return bids.lots_of_bidder(
        world.session, tender_id=world.tender.id, besides=besides, organisation_id=actor.organisation_id
    )


def joint(world, lot, wish=None, price=4_000_000):
    """A bid of three on a lot, signed and not handed in."""
    world.lot, world.wish = lot, wish
    made = Together(world, price=price)
    made.ready()
    made.sign()
    return made


def copied(world, bid):
    """Store a version of a bid past the program, as a copy of any other."""
    world.session.execute(
        text(
            "INSERT INTO bid_version OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(v, jsonb_build_object("
            "'id', 99999, 'bid_id', CAST(:bid AS bigint), 'version', 1, 'receipt', 'R-COPY'))).* FROM bid_version v LIMIT 1"
        ),
        {"bid": bid.id},
    )


def test_a_member_brings_a_joint_bid_over_the_limit_and_is_named(world):
    world.divide(3, most_lots_bid=1)
    made = joint(world, 2)
    world.lot = 1
    world.bid_of(made.two)
    world.lot = 2
    with pytest.raises(MemberHasTooManyLots, match="Door Lid C gaat") as refused:
        made.hand_in()
    assert "Lid B" not in str(refused.value)
    with pytest.raises(DBAPIError, match="at most 1 lots"), world.session.begin_nested():
        copied(world, made.bid)
    assert (count(world, made.two), count(world, made.lead)) == (1, 0)


def test_a_joint_bid_counts_for_its_members_own_bids(world):
    world.divide(3, most_lots_bid=1)
    made = joint(world, 2)
    made.hand_in()
    assert [count(world, each) for each in (made.lead, made.one, made.two)] == [1, 1, 1]
    world.lot = 1
    alone = world.start(made.one)
    world.fill(alone, made.one)
    with pytest.raises(TooManyLots):
        world.hand_in(alone, made.one)
    with pytest.raises(DBAPIError, match="at most 1 lots"), world.session.begin_nested():
        copied(world, alone)
    assert count(world, made.one, besides=made.bid.id) == 0


def test_a_stopped_lot_counts_for_nobody(world):
    world.divide(3, most_lots_bid=1)
    actor = world.supplier()
    world.bid_of(actor)
    line = Line(world, {})
    line.do(stops.stop_lot, world.anna, lot=1, reason="Wij doen dit werk nu zelf.")
    assert count(world, actor) == 0
    world.lot = 2
    assert world.bid_of(actor).version == 1


@pytest.fixture
def won(world):
    """Lid B leads nowhere: it signs along on lot 1 and bids alone on lot 2, which it wants most; one lot to win."""
    world.divide(2, most_lots_won=1)
    made = joint(world, 1, wish=2)
    made.hand_in()
    line = Line(world, {1: {"Glans": (4_500_000, 1, 20)}, 2: {"Stof": (4_600_000, 1, 20)}})
    world.lot, world.wish = 2, 1
    world.bid_of(made.one, price=4_000_000)
    line.suppliers |= {"Lid A": made.lead, "Lid B": made.one}
    line.offers[1]["Lid A"], line.offers[2]["Lid B"] = (4_000_000, 2, 40), (4_000_000, 1, 40)
    line.open()
    line.freeze()
    return line


def test_a_member_that_wins_elsewhere_counts_at_the_award(won):
    line = won
    assert line.winners() == {1: "Glans", 2: "Lid B"}
    line.prepare()
    decision = line.decision()
    label = line.labels[1, "Lid A"]
    assert [each.passed_over for each in decision.lots] == [[label], []]
    letter = next(each for each in decision.letters if each.bid.label == label)
    assert letter.result is Result.LIMITED
    line.send()
    letter = next(each for each in line.decision().letters if each.bid.label == label)
    assert letter.content["limited_by"] == "Lid B"


def test_the_page_says_who(won, sign_in_user, monkeypatch):
    won.prepare()
    won.session.commit()
    monkeypatch.setattr("cwb.kernel.clock.now", lambda: won.world.at)
    anna = sign_in_user(won.session.get(User, won.world.anna.user_id))
    page = anna.get(f"/tenders/{won.tender.number}/decision").text
    assert "over de grens van 1" in page
    assert "(door Lid B)" in page


def test_the_database_counts_members_too(won):
    won.prepare()
    won.session.commit()
    label = won.labels[1, "Lid A"]
    with pytest.raises(DBAPIError, match="a bidder wins at most"), won.session.begin_nested():
        won.session.execute(
            text(
                "UPDATE lot_award SET winner_bid_id = (SELECT id FROM opened_bid WHERE label = :label"
                " AND tender_id = :tender) WHERE lot_id = :lot"
            ),
            {"label": label, "tender": won.tender.id, "lot": won.tender.lots[0].id},
        )
