"""What ended stays, may be published once, and finds an answerer where the buyer has none."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from cwb.audit.services import record
from cwb.identity.rules import Side
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from procurement.complaints import errors, queries, services
from procurement.complaints.gateway import term
from procurement.complaints.rules import State
from procurement.publication.models import Release

pytestmark = pytest.mark.begins(world=None)

ANSWER = "U hebt gelijk: de eis past niet bij dit werk."


@pytest.fixture
def world(buying, make_organisation, make_user):
    """A buyer, its outsider, a cooperative, and somebody of the programme."""

    class Small:
        session, at = buying.session, buying.at

        def actor(self, role, home):
            person = make_user((role, home))
            return Actor(person.id, person.name, home.id, home.name, frozenset({role}))

        def complaint(self):
            from_home = make_organisation()
            self.board = self.actor(Role.BOARD, from_home)
            return services.complain(
                self.session, tender=buying.published(), about="requirements", text="De eisen zijn veel te zwaar.",
                wish="Maak ze lichter.", term=term(local_date(buying.at)), actor=self.board, at=self.at,
            )  # fmt: skip

        def do(self, act, complaint, actor, **facts):
            return act(
                self.session, complaint=complaint, actor=actor, at=self.at + timedelta(minutes=1), **facts
            )

        def outsider(self):
            return self.actor(Role.ASSESSOR, buying.buyer)

        def author(self):
            return Actor(buying.author.id, "", buying.buyer.id, "", frozenset({Role.PURCHASER}))

        def programme(self):
            return self.actor(Role.PROGRAMME, make_organisation(Side.PROGRAMME))

        def mails(self, key):
            return self.session.scalars(
                select(Mail.recipient).where(Mail.key.like(f"complaint-{key}-%"))
            ).all()

    return Small()


def answered(world, **more):
    made, helper = world.complaint(), world.outsider()
    given = {"state": State.UPHELD, "answer": ANSWER, "measure": "Wij passen de eis aan.", **more}
    return world.do(services.answer_complaint, made, helper, **given), helper


def refuses(world, *acts):
    for act in acts:
        with pytest.raises(DatabaseError, match=r"ended|ck_complaint"), world.session.begin_nested():
            world.session.execute(text(f"UPDATE complaint SET {act}"))


def test_nothing_of_an_ended_complaint_changes(world):
    made, helper = answered(world, summary="Een eis is verlaagd.")
    other = world.outsider()
    everything = (
        "summary = 'iets anders'", "summary = '', published_at = NULL, published_by_id = NULL",
        f"answered_by_id = {other.user_id}", f"answered_by_id = {other.user_id}, published_by_id = {other.user_id}",
        "published_at = now() + interval '1 day'",
        f"stand_in_id = {other.user_id}, stand_in_by_id = {helper.user_id}, stand_in_at = now()",
        "state = 'pending', answered_by_id = NULL, answered_at = NULL, summary = ''",
    )  # fmt: skip
    refuses(world, *everything)
    world.do(services.resolve_complaint, made, helper)
    refuses(
        world, f"resolved_by_id = {other.user_id}", "resolved_at = NULL, resolved_by_id = NULL", *everything
    )


def test_a_withdrawn_complaint_takes_nothing_more(world):
    made = world.complaint()
    world.do(services.withdraw_complaint, made, world.board)
    refuses(world, "summary = 'toch iets', published_at = now()", "withdrawn_at = now()", "state = 'pending'")


def test_the_outcome_is_published_later_once_by_whoever_answered(world):
    made, helper = answered(world)
    assert queries.published(world.session, made.tender_id) == []
    for stranger in (world.outsider(), world.author(), world.board):
        with pytest.raises(errors.NotAnswerer):
            world.do(services.publish_outcome, made, stranger, summary="Een eis is verlaagd.")
    with pytest.raises(errors.SummaryMissing):
        world.do(services.publish_outcome, made, helper, summary="  ")
    refuses(world, f"summary = 'x', published_at = now(), published_by_id = {world.outsider().user_id}")
    world.do(services.publish_outcome, made, helper, summary=" Een eis is verlaagd. ")
    last = select(Release).where(Release.tender_id == made.tender_id).order_by(Release.id.desc())
    told = world.session.scalars(last.limit(1)).one()
    assert (told.tag, told.key) == ("tenderUpdate", f"complaint-{made.public_id}")
    assert "Een eis is verlaagd." in told.content
    assert [each.summary for each in queries.published(world.session, made.tender_id)] == [
        "Een eis is verlaagd."
    ]
    with pytest.raises(errors.PublishedBefore):
        world.do(services.publish_outcome, made, helper, summary="Nog eens.")
    refuses(world, "summary = 'iets anders'")


def test_the_buyer_hears_of_a_withdrawal(world):
    helper = world.outsider()
    made = world.complaint()
    world.do(services.withdraw_complaint, made, world.board)
    assert len(world.mails("withdrawn")) == 1 == len(world.mails("new"))
    assert helper.user_id in {
        each.id for each in queries.free(world.session, queries.locked(world.session, made.id).tender)
    }


def test_where_everybody_took_part_the_programme_answers_when_asked(world):
    made, person = world.complaint(), world.programme()
    assert len(world.mails("new")) == 2, "both who took part hear that nobody can answer"
    author = world.author()
    assert "Vraag het programma" in waits_for(world, author)[0]
    given = {"state": State.REJECTED, "answer": ANSWER}
    with pytest.raises(errors.NotHandler):
        world.do(services.answer_complaint, made, person, **given)
    with pytest.raises(errors.NoStandIn):
        world.do(services.ask_stand_in, made, author, person=author.user_id)
    world.do(services.ask_stand_in, made, author, person=person.user_id)
    assert len(world.mails("asked")) == 1
    assert waits_for(world, author) == []
    assert "Beantwoord de klacht" in waits_for(world, person)[0]
    assert [each.id for each in world.session.scalars(queries.readable(person))] == [made.id]
    assert list(world.session.scalars(queries.readable(world.programme()))) == []
    done = world.do(services.answer_complaint, made, person, **given)
    assert done.answered_by_id == done.stand_in_id == person.user_id
    with pytest.raises(errors.NotHandler):
        world.do(services.resolve_complaint, made, person)
    with pytest.raises(errors.ComplaintEnded):
        world.do(services.ask_stand_in, made, author, person=world.programme().user_id)


def test_nobody_stands_in_while_a_colleague_can_answer(world):
    made, person, _helper = world.complaint(), world.programme(), world.outsider()
    with pytest.raises(errors.SomebodyIsFree):
        world.do(services.ask_stand_in, made, world.author(), person=person.user_id)
    assert waits_for(world, world.author()) == []
    with pytest.raises(errors.NotHandler):
        world.do(services.ask_stand_in, made, world.board, person=person.user_id)


def test_whoever_took_part_does_not_stand_in(world):
    made, free, busy = world.complaint(), world.programme(), world.programme()
    tender = queries.locked(world.session, made.id).tender
    record(
        world.session, action="tender.counsel_answered", subject=f"tender:{tender.number}", actor_id=busy.user_id, at=world.at
    )  # fmt: skip
    assert [each.id for each in queries.stand_ins(world.session, queries.locked(world.session, made.id))] == [
        free.user_id
    ]
    with pytest.raises(errors.NoStandIn):
        world.do(services.ask_stand_in, made, world.author(), person=busy.user_id)


def test_another_buyer_reads_and_finishes_nothing(world, make_organisation):
    made, _helper = answered(world)
    other = world.actor(Role.PURCHASER, make_organisation(Side.ANCHOR))
    with pytest.raises(errors.NotHandler):
        world.do(services.resolve_complaint, made, other)
    for each in (other, Actor(other.user_id, "", made.organisation_id, "", frozenset({Role.PURCHASER}))):
        assert list(world.session.scalars(queries.readable(each))) == []


def test_only_who_was_right_is_owed_a_measure(world):
    made, helper = answered(world, state=State.REJECTED, measure="")
    with pytest.raises(errors.NothingToResolve):
        world.do(services.resolve_complaint, made, helper)


def waits_for(world, actor):
    return [each.text for each in queries.tasks(world.session, actor, world.at)]
