"""Who is asked to vote, and until when."""

from datetime import timedelta

from coops.meetings import queries as meetings
from coops.meetings import services as held
from coops.members import services as registers
from coops.members.rules import MemberFacts, MemberKind
from coops.votes import queries, services
from coops.votes.rules import Choice, Hindrance
from cwb.kernel.policy import Actor, Role
from tests.coops.votes.test_services import convened


def waits(session, club, user, at):
    """The motions on which an account is asked to vote."""
    actor = Actor(user.id, "", club.organisation.id, "", frozenset({Role.MEMBER}))
    return [task.facts["title"] for task in queries.tasks(session, actor, at)]


def test_who_has_a_vote_is_asked_until_it_is_cast(session, club, make_user, at):
    users = [make_user((Role.MEMBER, club.organisation)) for _ in club.members]
    for member, user in zip(club.members, users, strict=True):
        member.user_id = user.id
    away, holder, giver = users
    one, two, three = club.members
    stranger = make_user((Role.MEMBER, club.organisation))
    supporting = registers.add_member(
        session, actor=club.board, at=at,
        facts=MemberFacts("Vriend", stranger.email, MemberKind.SUPPORTING, at.date() - timedelta(days=400)),
    )  # fmt: skip
    day = at + timedelta(days=10)
    made = convened(session, club.board, at)
    assert not any(waits(session, club, user, at) for user in users), "nothing is put to the vote yet"
    made = held.open_meeting(session, meeting=made, actor=club.board, at=day)
    held.give_proxy(session, meeting=made, giver=three, holder=two, at=day)
    motion = meetings.motion(session, made.motions[0].public_id, club.organisation.id)
    services.open_vote(session, motion=motion, actor=club.board, at=day)
    session.commit()
    asked = [waits(session, club, user, day) for user in (away, holder, giver, stranger)]
    assert asked == [["Voorstel 0"], ["Voorstel 0"], [], []], "nor who gave a proxy, nor who has no vote"
    assert queries.may_come(session, motion, one)
    assert not queries.may_come(session, motion, supporting)
    assert [queries.hindrance(session, motion, each) for each in (one, three, supporting)] == [
        None, None, Hindrance.NO_VOTE,
    ], "the holder has not come: who gave the proxy may still come"  # fmt: skip
    held.come(session, meeting=made, member=one, at=day)
    held.come(session, meeting=made, member=two, at=day)
    assert not queries.may_come(session, motion, one)
    services.cast_vote(session, motion=motion, voter=two, member=two, choice=Choice.FOR)
    session.commit()
    assert waits(session, club, holder, day) == ["Voorstel 0"], "its proxy is still to be cast"
    assert [queries.hindrance(session, motion, each) for each in (one, two, three)] == [
        None, None, Hindrance.REPRESENTED,
    ]  # fmt: skip
    for voter, member in ((three, two), (one, one)):
        services.cast_vote(session, motion=motion, voter=voter, member=member, choice=Choice.FOR)
    session.commit()
    assert not any(waits(session, club, user, day) for user in users), "every vote is cast"
    assert {queries.hindrance(session, motion, each) for each in club.members} == {Hindrance.VOTED}
    services.close_vote(session, motion=motion, actor=club.board, at=day)
    assert queries.hindrance(session, motion, one) is Hindrance.NOT_OPEN
    later = day + timedelta(days=10)
    made = convened(session, club.board, day)
    made = held.open_meeting(session, meeting=made, actor=club.board, at=later)
    motion = meetings.motion(session, made.motions[0].public_id, club.organisation.id)
    services.open_vote(session, motion=motion, actor=club.board, at=later)
    session.commit()
    asked = [waits(session, club, user, later) for user in users]
    assert asked == [["Voorstel 0"]] * 3, "an earlier vote or proxy is not one on this motion"
    held.come(session, meeting=made, member=two, at=later)
    services.cast_vote(session, motion=motion, voter=two, member=two, choice=Choice.FOR)
    session.commit()
    assert waits(session, club, holder, later) == [], "nor is a proxy of another evening"
