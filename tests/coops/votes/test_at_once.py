"""Votes at one moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.orm import Session

from coops.meetings import queries as meetings
from coops.votes import errors, queries, services
from coops.votes.rules import Choice
from cwb.identity import services as identity
from cwb.kernel.database import make_engine
from cwb.kernel.transaction import atomic
from tests.coops.conftest import found_club
from tests.coops.votes.test_services import opened


def test_the_same_vote_twice_at_once_counts_once(database_url, at):
    engine = make_engine(database_url)
    with Session(engine, expire_on_commit=False) as session, atomic(session):
        organisation = identity.register_organisation(
            session, name="Voorbeeld", kvk_number="90000001", legal_form="cooperative", street="S",
            house_number="1", postcode="1069 AB", city="Amsterdam", email="a@voorbeeld.example", anchor_type=None,
            is_programme=False, at=at,
        )  # fmt: skip
        user = identity.register_user(
            session, email="b@voorbeeld.example", name="B", password=None, locale="nl", at=at
        )
        club = found_club(session, organisation, user, at)
        _, motion, day = opened(session, club, at, secret=True)
        address, home = motion.public_id, organisation.id

    def vote(number):
        member = club.members[number % 3]
        try:
            with Session(engine) as session, atomic(session):
                services.cast_vote(
                    session, motion=meetings.motion(session, address, home), voter=member, member=member,
                    choice=list(Choice)[number % 2],
                )  # fmt: skip
        except errors.VotedBefore:
            return "before"
        return "counted"

    with ThreadPoolExecutor(6) as pool:
        assert Counter(pool.map(vote, range(6))) == {"counted": 3, "before": 3}
    with Session(engine) as session, atomic(session):
        found = meetings.motion(session, address, home)
        services.close_vote(session, motion=found, actor=club.board, at=day)
        assert queries.tallies(session, [found.id])[found.id].total == 3
    engine.dispose()
