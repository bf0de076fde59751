from datetime import timedelta

from sqlalchemy import select

from coops.meetings import queries as meetings
from coops.meetings import services as held
from coops.members import services as registers
from coops.members.rules import MemberFacts, MemberKind
from coops.votes import queries, services
from coops.votes.rules import Choice, Hindrance
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
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


def test_who_has_no_mail_address_is_named_and_who_has_no_vote_is_told_no_proxy(session, club, at):
    kinds = (("0612345678", MemberKind.WORKER), ("vriend@voorbeeld.example", MemberKind.SUPPORTING))
    for contact, kind in kinds:
        registers.add_member(
            session, actor=club.board, at=at, facts=MemberFacts("Nieuw", contact, kind, local_date(at)),
        )  # fmt: skip
    convened(session, club.board, at)
    letters = session.scalars(select(Mail).where(Mail.key.like("convocation-%")).order_by(Mail.id)).all()
    assert [("volmacht" in each.text, each.text.count("Goedendag")) for each in letters] == [
        (True, 0), (True, 0), (True, 0), (False, 0),
    ]  # fmt: skip
    assert "geen stem" in letters[-1].text
    assert [each.contact for each in meetings.unreached(session, club.organisation.id)] == ["0612345678"]
