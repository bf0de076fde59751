"""Residents decide what the fund pays for, and members what the rules are: once each, in secret, and no cent too much."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from coops.ballots import errors, queries, services
from coops.ballots.models import BallotPayment
from coops.residency.errors import OwnAddress
from coops.residency.rules import Shown
from coops.residency.services import check_address
from coops.votes.rules import Choice, Tally
from cwb.audit.queries import history
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.conditions import queries as conditions
from ledger.conditions import services as versions
from ledger.feefund.errors import FundTooSmall
from ledger.feefund.queries import held
from ledger.feefund.rules import Held, taken
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code
from ledger.proof.queries import verdict
from tests.coops.ballots.conftest import resident
from tests.ledger.charges.conftest import propose as propose_rules

LATER = timedelta(days=14)


def propose(circle, actor=None, **more):
    facts = {
        "code": Code.NWE, "title": "Een bankje", "text": "Een bankje bij de speeltuin, voor iedereen.",
        "amount": Money(9_00), "payee": "Buurtwerkplaats (voorbeeld)", "days": 14,
    }  # fmt: skip
    return services.propose(circle.session, actor=actor or circle.neighbours[0], at=circle.at, **facts | more)


def vote(circle, ballot, actor, choice=Choice.FOR, at=None):
    able = queries.parties_of(circle.session, ballot.id, actor.user_id, actor.organisation_id)
    services.cast_vote(
        circle.session, ballot=ballot, voter=able[0][0], choice=choice, actor=actor, at=at or circle.at
    )


def carried(circle, **more):
    ballot = propose(circle, **more)
    for each in circle.neighbours:
        vote(circle, ballot, each)
    services.count(circle.session, ballot_id=ballot.id, at=circle.at + LATER)
    return queries.ballot(circle.session, ballot.number)


def pay(circle, ballot, actor=None):
    return services.pay_out(
        circle.session, ballot=ballot, reference="Overboeking 7", actor=actor or circle.actor, at=circle.at + LATER
    )  # fmt: skip


def fund(circle):
    return held(circle.session, instruments.instrument(circle.session, Code.NWE))


def test_from_proposal_to_a_paid_amount_and_the_books_are_zero_sum(quarter):
    assert fund(quarter) == Held(2_50, 10_00)
    ballot = propose(quarter)
    for place, each in enumerate(quarter.neighbours):
        vote(quarter, ballot, each, list(Choice)[place // 4])
    with pytest.raises(errors.VotedBefore):
        vote(quarter, ballot, quarter.neighbours[0])
    assert queries.voted(quarter.session, ballot.id) == 6
    quarter.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    quarter.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    with pytest.raises(errors.BallotClosed):
        services.count(quarter.session, ballot_id=ballot.id, at=quarter.at)
    with pytest.raises(errors.NotCarried):
        pay(quarter, ballot)
    services.count(quarter.session, ballot_id=ballot.id, at=quarter.at + LATER)
    with pytest.raises(errors.BallotClosed):
        vote(quarter, ballot, quarter.neighbours[1], at=quarter.at + LATER)
    ballot = queries.ballot(quarter.session, ballot.number)
    assert ballot.result["votes"] == {"for": 4, "against": 2, "abstain": 0}
    noted = history(quarter.session, f"ballot:{ballot.number}")
    assert [each.facts["sha256"] for each in noted if each.action == "ballot.counted"] == [ballot.checksum]
    with pytest.raises(errors.AnotherPays):
        pay(quarter, ballot, replace(quarter.actor, user_id=quarter.neighbours[0].user_id))
    pay(quarter, ballot)
    assert fund(quarter) == Held(0, 3_50)  # fees first, the rest of units at par
    with pytest.raises(errors.PaidBefore):
        pay(quarter, queries.ballot(quarter.session, ballot.number))
    instrument = instruments.instrument(quarter.session, Code.NWE)
    assert instruments.supply(quarter.session, instrument) == instruments.backing(quarter.session, instrument)
    assert verdict(quarter.session).sound


def test_the_fund_pays_no_more_than_it_holds(quarter):
    first = carried(quarter, amount=Money(9_00))
    second = carried(quarter, amount=Money(12_50), actor=quarter.neighbours[1])
    pay(quarter, first)
    with pytest.raises(FundTooSmall):
        pay(quarter, second)
    assert fund(quarter).total == Money(3_50)
    assert taken(Held(2_50, 10_00), 2_00) == Held(2_00, 0)


def test_only_who_was_seen_to_live_here_and_only_once_at_a_time(quarter):
    with pytest.raises(errors.NotResident):
        propose(quarter, quarter.actor)
    propose(quarter)
    with pytest.raises(errors.OneAtATime):
        propose(quarter)
    with pytest.raises(errors.AmountWrong):
        propose(quarter, quarter.neighbours[1], amount=Money(12_51))
    with pytest.raises(errors.NoFund):
        propose(quarter, quarter.neighbours[1], code=Code.KRE)
    with pytest.raises(OwnAddress):
        check_address(
            quarter.session, user=quarter.user, shown=Shown.LEASE, at=quarter.at,
            actor=replace(quarter.actor, user_id=quarter.user.id),
        )  # fmt: skip
    late = resident(quarter, 99)
    ballot = propose(quarter, quarter.neighbours[2])
    later = resident(quarter, 100)
    vote(quarter, ballot, late)
    for outside in (later, quarter.actor):
        with pytest.raises(errors.NotOnRoll):
            services.cast_vote(
                quarter.session, ballot=ballot, voter=quarter.resident.public_id, choice=Choice.FOR, actor=outside,
                at=quarter.at,
            )  # fmt: skip


def test_a_proposal_is_taken_back_with_a_reason_and_then_nobody_votes(quarter):
    ballot = propose(quarter)
    with pytest.raises(errors.NotYours):
        services.withdraw(
            quarter.session,
            ballot=ballot,
            why="Ik vind het niets",
            actor=quarter.neighbours[1],
            at=quarter.at,
        )
    services.withdraw(
        quarter.session, ballot=ballot, why="De gemeente betaalt het", actor=quarter.neighbours[0], at=quarter.at
    )  # fmt: skip
    with pytest.raises(errors.BallotClosed):
        vote(quarter, ballot, quarter.neighbours[1])
    with pytest.raises(errors.BallotClosed):
        services.count(quarter.session, ballot_id=ballot.id, at=quarter.at + LATER)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ballot SET voters = voters + 1",
        "UPDATE ballot SET quorum_percent = 1",
        "UPDATE ballot SET outcome = 'rejected'",
        "UPDATE ballot_tally SET votes = votes + 1",
        "UPDATE ballot_voter SET voted = false",
        (
            "INSERT INTO ballot_voter SELECT ballot.id, party.id, false FROM ballot, party WHERE NOT EXISTS "
            "(SELECT FROM ballot_voter AS v WHERE v.party_id = party.id) LIMIT 1"
        ),
        "DELETE FROM ballot_voter",
    ],
)
def test_the_database_keeps_a_counted_vote(quarter, statement):
    carried(quarter)
    with pytest.raises(DBAPIError):
        quarter.session.execute(text(statement))


def test_the_database_refuses_a_count_without_its_voter(quarter):
    propose(quarter)
    quarter.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(IntegrityError, match="as many votes as voters"):
        quarter.session.execute(text("UPDATE ballot_tally SET votes = 1 WHERE choice = 'for'"))


def test_the_database_refuses_a_payment_no_vote_carried(quarter):
    ballot = carried(quarter)
    transfer = quarter.session.scalar(text("SELECT max(id) FROM transfer"))
    quarter.session.add(
        BallotPayment(
            ballot_id=ballot.id, amount=9_01, reference="Meer", transfer_id=transfer, paid_at=quarter.at,
            paid_by_id=quarter.actor.user_id,
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="no vote carried"):
        quarter.session.flush()


def test_who_uses_the_money_votes_on_its_rules_and_the_result_is_taken_over(quarter):
    session = quarter.session
    for party in (quarter.neighbours[0].user_id, quarter.neighbours[1].user_id):
        person = session.execute(
            text("SELECT person_id FROM user_account WHERE id = :id"), {"id": party}
        ).scalar_one()
        quarter.open(session.get_one(type(quarter.resident), person))
    version = propose_rules(quarter, starts_on=(quarter.at + timedelta(days=60)).date(), days=0)
    version = conditions.version(session, version.public_id)
    ballot = services.put_to_vote(session, version=version, actor=quarter.actor, at=quarter.at)
    assert ballot.voters == 3  # the shop and two who live here; not the resident whose paper nobody saw
    with pytest.raises(errors.DecidedAlready):
        services.put_to_vote(session, version=version, actor=quarter.actor, at=quarter.at)
    board = replace(quarter.actor, roles=frozenset({Role.BOARD}), organisation_id=quarter.shop.party_id)
    vote(quarter, ballot, board)
    vote(quarter, ballot, quarter.neighbours[0])
    vote(quarter, ballot, quarter.neighbours[1], Choice.AGAINST)
    facts = {"votes_for": 2, "votes_against": 1, "decided_on": quarter.at.date(), "actor": quarter.actor}

    def write(document=ballot.number, **more):
        held = conditions.version(session, version.public_id, lock=True)
        with session.begin_nested():
            versions.record_vote(
                session, version=held, document=document, **facts | {"at": quarter.at + LATER} | more
            )

    with pytest.raises(errors.VoteDiffers):  # it still runs
        write()
    services.count(session, ballot_id=ballot.id, at=quarter.at + LATER)
    found = queries.ballot(session, ballot.number)
    for other in ({"votes_for": 3}, {"votes_against": 0}, {"document": "Notulen"}):
        session.refresh(version, ["vote"])
        with pytest.raises(errors.VoteDiffers):
            write(**other)
    with pytest.raises(IntegrityError, match="another result"), session.begin_nested():
        session.execute(
            text("INSERT INTO condition_vote (version_id, document, decided_on, votes_for, votes_against, recorded_at, "
                 "recorded_by_id) VALUES (:v, 'Notulen', current_date, 7, 0, now(), :u)"),
            {"v": version.id, "u": quarter.actor.user_id},
        )  # fmt: skip
    session.refresh(version, ["vote"])
    services.take_over(session, ballot=found, actor=quarter.actor, at=quarter.at + LATER)
    kept = conditions.version(session, version.public_id).vote
    assert (kept.document, kept.votes_for, kept.votes_against) == (ballot.number, 2, 1)
    assert queries.tally(session, ballot.id) == Tally(2, 1, 0)


def test_rules_that_begin_too_soon_after_the_vote_are_not_voted_on(quarter):
    version = propose_rules(quarter, starts_on=(quarter.at + timedelta(days=44)).date(), days=0)
    with pytest.raises(errors.StartsTooSoon):
        services.put_to_vote(
            quarter.session, version=conditions.version(quarter.session, version.public_id), actor=quarter.actor,
            at=quarter.at,
        )  # fmt: skip
