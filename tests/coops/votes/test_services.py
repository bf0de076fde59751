from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from coops.meetings import errors as meeting_errors
from coops.meetings import queries as meetings
from coops.meetings import services as held
from coops.meetings.rules import MeetingFacts, MeetingTerms, MotionFacts
from coops.members import services as registers
from coops.members.rules import MemberFacts, MemberKind
from coops.register.forms import evidence_text
from coops.register.queries import facts_of
from coops.register.rules import DECLARED_FOR
from coops.register.services import register_cooperative
from coops.votes import errors, queries, services
from coops.votes.models import Turnout
from coops.votes.rules import Choice, Tally
from cwb.audit.models import AuditRecord
from cwb.identity import services as identity
from cwb.kernel.clock import local_date
from cwb.kernel.database import make_engine
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from tests.coops.conftest import found_club
from tests.proving import prove


def convened(session, board, at, *, secret=False, terms=None, motions=1):
    """A meeting ten days ahead that members were called to, with its motions."""
    if terms:
        held.set_terms(session, terms=terms, version=0, actor=board, at=at)
    facts = MeetingFacts("Najaarsvergadering", at + timedelta(days=10), "Buurthuis", "Opening")
    made = held.plan_meeting(session, facts=facts, actor=board, at=at)
    for number in range(motions):
        held.add_motion(
            session, meeting=made, facts=MotionFacts(f"Voorstel {number}", "Wij willen dit.", secret),
            actor=board, at=at,
        )  # fmt: skip
    return held.convene(session, meeting=made, actor=board, at=at)


def opened(session, club, at, **facts):
    """The same meeting on its day: everybody is there, the vote is open."""
    day = at + timedelta(days=10)
    made = convened(session, club.board, at, **facts)
    made = held.open_meeting(session, meeting=made, actor=club.board, at=day)
    held.note_present(session, meeting=made, members=club.members, actor=club.board, at=day)
    motion = meetings.motion(session, made.motions[0].public_id, club.organisation.id)
    services.open_vote(session, motion=motion, actor=club.board, at=day)
    return made, motion, day


def test_from_convocation_to_minutes(session, club, at, make_user):
    profile = register_cooperative(
        session, organisation=club.organisation, kind="worker", description="Schoon", sectors=["cleaning"],
        languages=[], claims={"last_meeting": "2025-01-01"}, user_id=club.user.id, at=at,
    )  # fmt: skip
    prove(session, profile, "last_meeting", user_id=make_user().id, at=at)
    speaks = make_user((Role.MEMBER, club.organisation))
    speaks.locale, club.members[0].user_id = "en", speaks.id
    session.flush()
    meeting, motion, day = opened(session, club, at)
    letters = session.scalars(select(Mail).where(Mail.key.like("convocation-%")).order_by(Mail.id)).all()
    assert [each.locale for each in letters] == ["en", "nl", "nl"], (
        "a letter speaks the language of its reader"
    )
    assert all(f"1. {meeting.motions[0].title}" in each.text for each in letters), (
        "what is decided stands in the letter itself"
    )
    one, two, three = club.members
    for member, choice in ((one, Choice.FOR), (two, Choice.FOR), (three, Choice.AGAINST)):
        services.cast_vote(session, motion=motion, voter=member, member=member, choice=choice)
    session.commit()
    assert queries.tallies(session, [motion.id]) == {}
    assert queries.turnout(session, [motion.id]) == {motion.id: 3}
    with pytest.raises(meeting_errors.MotionsOpen):
        held.close_meeting(session, meeting=meeting, minutes="Zo ging het.", actor=club.board, at=day)
    services.close_vote(session, motion=motion, actor=club.board, at=day)
    assert motion.outcome == "carried"
    assert queries.tallies(session, [motion.id]) == {motion.id: Tally(2, 1, 0)}
    assert [choice for _, choice in queries.open_votes(session, motion.id)] == ["for", "for", "against"]
    with pytest.raises(errors.VoteNotOpen):
        services.cast_vote(session, motion=motion, voter=one, member=one, choice=Choice.FOR)
    with pytest.raises(errors.VoteNotOpen):
        services.close_vote(session, motion=motion, actor=club.board, at=day)
    held.close_meeting(session, meeting=meeting, minutes="Zo ging het.", actor=club.board, at=day)
    assert meeting.voters == 3
    [claim] = facts_of(session, profile, day)
    assert (claim.code, claim.value, claim.grade) == ("last_meeting", local_date(day).isoformat(), "e1")
    assert claim.declared_at == day, "a new answer counts from the closing, not from what was judged before"
    assert str(evidence_text(claim)[0]) == "uit de notulen in dit systeem"
    later = facts_of(session, profile, day + DECLARED_FOR)
    assert str(evidence_text(later[0])[0]) == "verlopen", "minutes lapse like all that is said"
    register_cooperative(
        session, organisation=club.organisation, kind="worker", description="Schoon", sectors=["cleaning"],
        languages=[], claims={"last_meeting": local_date(at).isoformat()}, user_id=club.user.id, at=day,
    )  # fmt: skip
    [said] = facts_of(session, profile, day)
    assert str(evidence_text(said)[0]) == "zelf opgegeven", "what the board types over it is not from minutes"


def test_a_motion_comes_off_the_agenda(session, club, at):
    facts = MeetingFacts("Najaarsvergadering", at + timedelta(days=10), "Buurthuis")
    made = held.plan_meeting(session, facts=facts, actor=club.board, at=at)
    one, two, three, four = [
        held.add_motion(
            session, meeting=made, facts=MotionFacts(f"Voorstel {number}", "Zo."), actor=club.board, at=at
        )
        for number in range(4)
    ]
    held.drop_motion(session, meeting=made, public_id=one.public_id, actor=club.board, at=at)
    assert [(each.position, each.title) for each in made.motions] == [
        (1, "Voorstel 1"), (2, "Voorstel 2"), (3, "Voorstel 3"),
    ]  # fmt: skip
    held.convene(session, meeting=made, actor=club.board, at=at)
    with pytest.raises(meeting_errors.AgendaFixed):
        held.drop_motion(session, meeting=made, public_id=two.public_id, actor=club.board, at=at)
    with pytest.raises(errors.VoteNotOpen):
        services.withdraw(session, motion=two, why="Nog niet rijp.", actor=club.board, at=at)
    day = at + timedelta(days=10)
    held.open_meeting(session, meeting=made, actor=club.board, at=day)
    services.open_vote(session, motion=two, actor=club.board, at=day)
    with pytest.raises(errors.VoteOpenedBefore):
        services.withdraw(session, motion=two, why="Wij verliezen.", actor=club.board, at=day)
    with pytest.raises(meeting_errors.TextMissing):
        services.withdraw(session, motion=three, why=" ", actor=club.board, at=day)
    for each in (three, four):
        services.withdraw(session, motion=each, why="Eerst nog een offerte.", actor=club.board, at=day)
    with pytest.raises(errors.VoteOpenedBefore):
        services.open_vote(session, motion=three, actor=club.board, at=day)
    for broken in ("withdrawn_why = NULL", "withdrawn_why = ''"):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text(f"UPDATE motion SET {broken}"))
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text("DELETE FROM motion"))
    services.close_vote(session, motion=two, actor=club.board, at=day)
    held.close_meeting(session, meeting=made, minutes="Kort.", actor=club.board, at=day)
    assert [each.outcome for each in made.motions] == ["no_quorum", "withdrawn", "withdrawn"]


def test_a_secret_vote_is_linked_to_nobody(session, club, at):
    _, motion, day = opened(session, club, at, secret=True)
    for member, choice in zip(club.members, Choice, strict=True):
        services.cast_vote(session, motion=motion, voter=member, member=member, choice=choice)
    services.close_vote(session, motion=motion, actor=club.board, at=day)
    session.commit()
    assert session.scalars(select(Turnout.choice)).all() == [None] * 3
    assert queries.open_votes(session, motion.id) == []
    assert queries.tallies(session, [motion.id]) == {motion.id: Tally(1, 1, 1)}
    assert len(set(session.scalars(text("SELECT xmin::text FROM vote_tally")))) == 1
    told = session.scalars(
        select(AuditRecord).where(AuditRecord.action.like("vote.%")).order_by(AuditRecord.id)
    ).all()
    assert [each.action for each in told] == ["vote.opened", "vote.closed"]


def test_one_member_one_vote_also_by_proxy(session, club, at):
    meeting = convened(session, club.board, at)
    one, two, three = club.members
    held.give_proxy(session, meeting=meeting, giver=two, holder=one, at=at)
    with pytest.raises(meeting_errors.TooManyProxies):
        held.give_proxy(session, meeting=meeting, giver=three, holder=one, at=at)
    with pytest.raises(meeting_errors.ProxyInvalid):
        held.give_proxy(session, meeting=meeting, giver=three, holder=two, at=at)
    with pytest.raises(meeting_errors.ProxyInvalid):
        held.give_proxy(session, meeting=meeting, giver=one, holder=three, at=at)
    day = at + timedelta(days=10)
    meeting = held.open_meeting(session, meeting=meeting, actor=club.board, at=day)
    motion = meetings.motion(session, meeting.motions[0].public_id, club.organisation.id)
    services.open_vote(session, motion=motion, actor=club.board, at=day)
    with pytest.raises(errors.NotHere):
        services.cast_vote(session, motion=motion, voter=one, member=one, choice=Choice.FOR)
    with pytest.raises(errors.NotYours):
        services.cast_vote(session, motion=motion, voter=two, member=one, choice=Choice.FOR)
    assert queries.here(session, meeting.id) == []
    held.come(session, meeting=meeting, member=one, at=day)
    assert [each.id for each in queries.here(session, meeting.id)] == [one.id, two.id]
    services.cast_vote(session, motion=motion, voter=two, member=one, choice=Choice.FOR)
    held.come(session, meeting=meeting, member=two, at=day)
    with pytest.raises(errors.VotedBefore):
        services.cast_vote(session, motion=motion, voter=two, member=two, choice=Choice.AGAINST)
    with pytest.raises(errors.NotYours):
        services.cast_vote(session, motion=motion, voter=three, member=one, choice=Choice.FOR)


def test_the_room_is_counted_beside_votes_online(session, club, at):
    _, motion, day = opened(session, club, at)
    one, two, _ = club.members
    services.cast_vote(session, motion=motion, voter=one, member=one, choice=Choice.FOR)
    room = {"motion": motion, "actor": club.board, "at": day}
    with pytest.raises(errors.VotedBefore):
        services.count_room(session, members=[one, two], tally=Tally(2), **room)
    session.rollback()


def test_the_room_alone(session, club, at):
    _, motion, day = opened(session, club, at)
    room = {"motion": motion, "actor": club.board, "at": day}
    with pytest.raises(errors.CountDiffers):
        services.count_room(session, members=club.members, tally=Tally(2), **room)
    services.count_room(session, members=club.members, tally=Tally(0, 2, 1), **room)
    session.commit()
    services.close_vote(session, **room)
    assert motion.outcome == "rejected"


def test_quorum_is_of_who_is_there_at_closing(session, club, at):
    meeting = convened(session, club.board, at, terms=MeetingTerms(7, 67, 1))
    day = at + timedelta(days=10)
    meeting = held.open_meeting(session, meeting=meeting, actor=club.board, at=day)
    held.note_present(session, meeting=meeting, members=club.members[:2], actor=club.board, at=day)
    motion = meetings.motion(session, meeting.motions[0].public_id, club.organisation.id)
    services.open_vote(session, motion=motion, actor=club.board, at=day)
    services.count_room(
        session, motion=motion, members=club.members[:2], tally=Tally(2), actor=club.board, at=day
    )
    services.close_vote(session, motion=motion, actor=club.board, at=day)
    assert motion.outcome == "no_quorum"


def test_a_supporting_member_has_no_vote(session, club, at):
    friend = registers.add_member(
        session, actor=club.board, at=at,
        facts=MemberFacts("Vriend", "v@voorbeeld.example", MemberKind.SUPPORTING, local_date(at)),
    )  # fmt: skip
    meeting, _, day = opened(session, club, at)
    assert meeting.voters == 3
    with pytest.raises(meeting_errors.NoVote):
        held.come(session, meeting=meeting, member=friend, at=day)


def test_the_agenda_is_fixed_and_the_term_kept(session, club, at):
    meeting = convened(session, club.board, at)
    acts = {"meeting": meeting, "actor": club.board}
    with pytest.raises(meeting_errors.AgendaFixed):
        held.add_motion(session, facts=MotionFacts("Nog iets", ""), at=at, **acts)
    with pytest.raises(meeting_errors.AgendaFixed):
        held.convene(session, at=at, **acts)
    with pytest.raises(meeting_errors.NotYet):
        held.open_meeting(session, at=at, **acts)
    with pytest.raises(meeting_errors.NotOpen):
        held.come(session, meeting=meeting, member=club.members[0], at=at)
    soon = MeetingFacts("Snel", at + timedelta(days=6), "Hier")
    with pytest.raises(meeting_errors.TooLateToConvene):
        held.plan_meeting(session, facts=soon, actor=club.board, at=at)


def test_only_the_own_board_leads(session, club, make_organisation, at):
    meeting, motion, day = opened(session, club, at)
    plain = replace(club.board, roles=frozenset({Role.MEMBER}))
    other = replace(club.board, organisation_id=make_organisation().id)
    for actor, error in ((plain, Forbidden), (other, meeting_errors.MeetingNotFound)):
        for act in (
            lambda **who: held.add_motion(
                session, meeting=meeting, facts=MotionFacts("A", ""), at=day, **who
            ),
            lambda **who: held.convene(session, meeting=meeting, at=day, **who),
            lambda **who: held.open_meeting(session, meeting=meeting, at=day, **who),
            lambda **who: held.close_meeting(session, meeting=meeting, minutes="x", at=day, **who),
            lambda **who: held.note_present(session, meeting=meeting, members=[], at=day, **who),
        ):
            with pytest.raises(error):
                act(actor=actor)
    for actor, error in ((plain, Forbidden), (other, meeting_errors.MotionNotFound)):
        with pytest.raises(error):
            services.open_vote(session, motion=motion, actor=actor, at=day)
        with pytest.raises(error):
            services.close_vote(session, motion=motion, actor=actor, at=day)
        with pytest.raises(error):
            services.count_room(session, motion=motion, members=[], tally=Tally(), actor=actor, at=day)
    with pytest.raises(Forbidden):
        held.set_terms(session, terms=MeetingTerms(), version=0, actor=plain, at=at)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE turnout SET choice = 'for'", "never changed"), ("DELETE FROM turnout", "never changed"),
        ("UPDATE vote_tally SET votes = votes - 1 WHERE votes > 0", "counted votes stay"),
        ("UPDATE vote_tally SET votes = votes + 1 WHERE choice = 'for'", "votes and voters differ"),
        ("UPDATE motion SET title = 'Anders'", "as it was put"), ("UPDATE motion SET secret = true", "as it was put"),
        ("UPDATE meeting SET agenda = 'Anders'", "as it was told"), ("DELETE FROM meeting", "as it was told"),
        ("DELETE FROM attendance", "takes no attendance"),
        ("INSERT INTO turnout (motion_id, member_id) SELECT motion_id, member_id FROM turnout", "pk_turnout"),
        ("UPDATE motion SET closed_at = now()", "ck_motion_outcome"),
        ("UPDATE meeting SET closed_at = now(), minutes = 'x'", "has a vote to close"),
        ("UPDATE attendance SET holder_id = member_id", "ck_attendance_holder_id"),
        (
            ("INSERT INTO motion (public_id, meeting_id, position, title, text, secret, majority)"
             " SELECT gen_random_uuid(), meeting_id, 9, 'Nog', '', false, 'simple' FROM motion"),
            "is fixed",
        ),
    ],
)  # fmt: skip
def test_the_database_holds_each_vote(session, club, at, change, said):
    _, motion, _ = opened(session, club, at)
    one = club.members[0]
    services.cast_vote(session, motion=motion, voter=one, member=one, choice=Choice.FOR)
    session.commit()
    with pytest.raises(DatabaseError, match=said), session.begin_nested():
        session.execute(text(change))
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_the_database_puts_no_choice_beside_a_name_in_a_secret_vote(session, club, at):
    _, motion, _ = opened(session, club, at, secret=True)
    with pytest.raises(DatabaseError, match="beside no name"), session.begin_nested():
        session.execute(
            text("INSERT INTO turnout VALUES (:motion, :member, 'for')"),
            {"motion": motion.id, "member": club.members[0].id},
        )


def test_after_closing_nothing_is_counted(session, club, at):
    _, motion, day = opened(session, club, at)
    services.close_vote(session, motion=motion, actor=club.board, at=day)
    for change in (
        f"INSERT INTO turnout VALUES ({motion.id}, {club.members[0].id}, 'for')",
        "UPDATE vote_tally SET votes = 1",
        "UPDATE motion SET outcome = 'carried'",
    ):
        with pytest.raises(DatabaseError, match=r"not open|stay|as it was put"), session.begin_nested():
            session.execute(text(change))


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
