"""A meeting that members were called to is called off: with its reason, once, before it opens."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from coops.meetings import errors as meeting_errors
from coops.meetings import queries as meetings
from coops.meetings import services as held
from coops.meetings.rules import MeetingFacts
from cwb.notifications.models import Mail
from tests.coops.votes.test_services import convened, opened


def test_a_convened_meeting_is_called_off_with_its_reason_and_its_motions_can_be_put_again(session, club, at):
    made = convened(session, club.board, at, motions=2)
    one, two, three = club.members
    three.user_id = club.user.id
    assert is_called(session, club, at)
    held.give_proxy(session, meeting=made, giver=one, holder=two, at=at)
    with pytest.raises(meeting_errors.NotCalledOff):
        plan_again(session, club.board, made, at)
    with pytest.raises(meeting_errors.TextMissing):
        held.call_off(session, meeting=made, why=" ", actor=club.board, at=at)
    held.call_off(session, meeting=made, why="De zaal is onder water.", actor=club.board, at=at)
    letters = session.scalars(select(Mail).where(Mail.key.like("called-off-%")).order_by(Mail.id)).all()
    assert len(letters) == 3
    assert all("onder water" in each.text for each in letters)
    assert [(each.title, each.closed_at) for each in made.motions] == [
        ("Voorstel 0", None),
        ("Voorstel 1", None),
    ]
    with pytest.raises(meeting_errors.NotCalled):
        held.call_off(session, meeting=made, why="Nog eens.", actor=club.board, at=at)
    with pytest.raises(meeting_errors.NotOpen):
        held.open_meeting(session, meeting=made, actor=club.board, at=at + timedelta(days=10))
    with pytest.raises(meeting_errors.NotOpen):
        held.give_proxy(session, meeting=made, giver=two, holder=one, at=at)
    again = plan_again(session, club.board, made, at)
    assert [(each.position, each.title) for each in again.motions] == [(1, "Voorstel 0"), (2, "Voorstel 1")]
    assert again.convened_at is None
    assert not is_called(session, club, at)


def is_called(session, club, at):
    """Whether the start page of a member asks to come."""
    session.flush()
    waits = [each.text for each in meetings.tasks(session, club.board, at)]
    return any("Kom naar de vergadering" in each for each in waits)


def plan_again(session, board, meeting, at):
    facts = MeetingFacts("Najaarsvergadering", at + timedelta(days=20), "Buurthuis")
    return held.plan_meeting(session, facts=facts, instead_of=meeting, actor=board, at=at)


def test_an_open_meeting_is_not_called_off_and_what_is_called_off_stays_so(session, club, at):
    made, _motion, day = opened(session, club, at)
    with pytest.raises(meeting_errors.NotCalled):
        held.call_off(session, meeting=made, why="Toch niet.", actor=club.board, at=day)
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text("UPDATE meeting SET called_off_at = now(), called_off_why = 'Toch niet'"))
    off = convened(session, club.board, at)
    held.call_off(session, meeting=off, why="Te weinig mensen.", actor=club.board, at=at)
    member = club.members[0].id
    for broken in (
        f"UPDATE meeting SET called_off_why = 'anders' WHERE id = {off.id}",
        f"UPDATE meeting SET called_off_at = NULL, called_off_why = NULL WHERE id = {off.id}",
        f"UPDATE meeting SET opened_at = now() + interval '1 year', voters = 3 WHERE id = {off.id}",
        f"INSERT INTO attendance VALUES ({off.id}, {member}, {club.members[1].id}, now())",
    ):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text(broken))
