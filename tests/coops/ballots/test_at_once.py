"""Two payments out of one fund, and two votes of one person, at the same moment."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from coops.ballots import queries, services
from coops.ballots.models import Ballot
from coops.votes.rules import Choice
from cwb.kernel.money import Money
from ledger.feefund.queries import held
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code
from ledger.proof.queries import verdict
from tests.conftest import AT
from tests.coops.ballots.conftest import neighbourhood
from tests.coops.ballots.test_services import propose, vote

pytestmark = pytest.mark.slow
LATER = AT + timedelta(days=14)


def test_one_person_votes_once_and_the_fund_pays_one_of_two(at_once, build_trade):
    with at_once.atomic() as session:
        circle = neighbourhood(session, AT, build_trade(session, AT))
        ballots = [propose(circle, each, amount=Money(7_00)) for each in circle.neighbours[:2]]
        for each in circle.neighbours[1:]:
            vote(circle, ballots[0], each)
        for each in circle.neighbours:
            vote(circle, ballots[1], each)
        numbers, actor, first = [each.number for each in ballots], circle.actor, circle.neighbours[0]

    def cast(session):
        ballot = queries.ballot(session, numbers[0])
        able = queries.parties_of(session, ballot.id, first.user_id, None)
        services.cast_vote(session, ballot=ballot, voter=able[0][0], choice=Choice.FOR, actor=first, at=AT)

    assert sorted(map(str, at_once.run(cast, cast))) == ["VotedBefore", "done"]
    with at_once.atomic() as session:
        for each in session.scalars(select(Ballot.id)).all():
            services.count(session, ballot_id=each, at=LATER)

    def pays(number):
        def act(session):
            services.pay_out(
                session, ballot=queries.ballot(session, number), reference="Bank 7", actor=actor, at=LATER
            )

        return act

    answers = at_once.run(pays(numbers[0]), pays(numbers[0]), pays(numbers[1]))
    assert sorted(map(str, answers)) in (
        ["FundTooSmall", "PaidBefore", "done"],
        ["FundTooSmall", "FundTooSmall", "done"],
    )
    with at_once.sessions() as session:
        assert held(session, instruments.instrument(session, Code.NWE)).total == Money(5_50)
        assert verdict(session).sound
