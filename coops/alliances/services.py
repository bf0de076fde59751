"""Putting something on the page of a wijk, supporting, reading first, answering, removing; setting dates."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from coops.alliances import errors, policy, queries, rules
from coops.alliances.models import AllianceMeeting, PlacePost, PostSupport
from coops.alliances.rules import Kind, Outcome, PostFacts, State
from cwb.audit.services import record
from cwb.identity.events import UserErased
from cwb.identity.models import Organisation, User
from cwb.identity.queries import people_with
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Action, Actor
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each, send_mail


def put_post(session: Session, *, place: str, facts: PostFacts, actor: Actor, at: datetime) -> PlacePost:
    """Put an item or a promise on the page of a wijk; it waits until somebody of the programme read it.

    Raises:
        Forbidden, TooManyPosts.
        RuleBroken: one of `rules.check_post`.
    """
    _permit(actor, policy.PUT)
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))
    rules.check_room(queries.waiting_of(session, actor.user_id))
    made = PlacePost(facts, place_code=place, put_by_id=actor.user_id, put_at=at)
    session.add(made)
    session.flush()
    return made


def support(
    session: Session, *, post: PlacePost, actor: Actor, at: datetime, takes_back: bool = False
) -> None:
    """Support an item or confirm a promise, once; or take that back.

    Raises:
        Forbidden. OwnSupport. PostSettled: answered or removed.
    """
    _permit(actor, policy.PUT)
    found = queries.post(session, post.public_id, actor, locked=True)
    if found.put_by_id == actor.user_id:
        raise errors.OwnSupport
    if found.state is not State.PUBLIC:
        raise errors.PostSettled
    if takes_back:
        session.execute(
            delete(PostSupport).where(PostSupport.post_id == found.id, PostSupport.user_id == actor.user_id)
        )
        return
    session.execute(
        insert(PostSupport).values(post_id=found.id, user_id=actor.user_id, at=at).on_conflict_do_nothing()
    )


def publish_post(
    session: Session, *, post: PlacePost, actor: Actor, at: datetime, named: Organisation | None = None
) -> PlacePost:
    """Make it public after reading it; who a promise names (`named`), as the reader recognises, gets a mail.

    Raises:
        Forbidden. OwnPost: a second person reads it. PostSettled.
    """
    found = _checked(session, post, actor, State.WAITING)
    found.published_by_id, found.published_at = actor.user_id, at
    if named is not None and found.kind == Kind.PROMISE:
        found.organisation_id = named.id
    session.flush()
    _note(session, "place_post.published", found, actor, at)
    if found.organisation_id is not None:
        _tell_named(session, found, found.organisation_id, at)
    return found


def reply_post(session: Session, *, post: PlacePost, text: str, actor: Actor, at: datetime) -> PlacePost:
    """Reply to a promise in public, once, in the name of the organisation that it names; the reporter gets a mail.

    Raises:
        Forbidden. NotNamed. RepliedBefore. PostSettled: not public any more. ReasonMissing: at the field.
    """
    _permit(actor, policy.REPLY)
    if not text.strip():
        raise errors.ReasonMissing(field="text")
    found = queries.post(session, post.public_id, actor, locked=True)
    if found.organisation_id is None or found.organisation_id != actor.organisation_id:
        raise errors.NotNamed
    if found.replied_at is not None:
        raise errors.RepliedBefore
    if found.state not in {State.PUBLIC, State.ANSWERED}:
        raise errors.PostSettled
    found.reply, found.replied_by_id, found.replied_at = text.strip(), actor.user_id, at
    session.flush()
    _note(session, "place_post.replied", found, actor, at)
    _mail(
        session, found, N_("Reactie op een belofte: %(title)s"),
        N_("De organisatie reageerde. Iedereen kan het lezen."), at,
    )  # fmt: skip
    return found


def answer_post(
    session: Session, *, post: PlacePost, outcome: Outcome, answer: str, actor: Actor, at: datetime
) -> PlacePost:
    """Answer in public, once, with a reason; who put it there gets a mail.

    Raises:
        Forbidden. OwnPost. PostSettled. ReasonMissing: at the field.
    """
    if not answer.strip():
        raise errors.ReasonMissing(field="text")
    found = _checked(session, post, actor, State.PUBLIC)
    found.outcome, found.answer = outcome.value, answer.strip()
    found.answered_by_id, found.answered_at = actor.user_id, at
    session.flush()
    _note(session, "place_post.answered", found, actor, at, outcome=outcome.value)
    _mail(
        session,
        found,
        N_("Antwoord uit uw wijk: %(title)s"),
        N_("Er is een antwoord. Iedereen kan het lezen."),
        at,
    )
    return found


def remove_post(session: Session, *, post: PlacePost, reason: str, actor: Actor, at: datetime) -> PlacePost:
    """Take it off the page with a reason, before or after it was public. What it said stays kept.

    Raises:
        Forbidden. OwnPost. PostSettled: removed before. ReasonMissing: at the field.
    """
    if not reason.strip():
        raise errors.ReasonMissing(field="text")
    found = _checked(session, post, actor, State.WAITING, State.PUBLIC, State.ANSWERED)
    found.removed_by_id, found.removed_at, found.remove_reason = actor.user_id, at, reason.strip()
    session.flush()
    _note(session, "place_post.removed", found, actor, at)
    _mail(
        session, found, N_("Weggehaald van de pagina van uw wijk: %(title)s"),
        N_("Wij haalden dit weg. De reden leest u op de site. Klopt die niet? Bel ons."), at,
    )  # fmt: skip
    return found


def set_meeting(
    session: Session, *, place: str, starts_at: datetime, where: str, actor: Actor, at: datetime
) -> AllianceMeeting:
    """Set a date on which the alliance of a wijk meets.

    Raises:
        Forbidden. DayInvalid, PlaceMissing: at the field.
    """
    _permit(actor, policy.KEEP)
    rules.check_meeting(starts_at, where, at=at)
    made = AllianceMeeting(
        place_code=place, starts_at=starts_at, place=where.strip(), set_by_id=actor.user_id, set_at=at, changed_at=at,
        cancel_reason="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def cancel_meeting(
    session: Session, *, meeting: AllianceMeeting, reason: str, actor: Actor, at: datetime
) -> None:
    """Cancel a date with a reason; calendars hear of it. `meeting` is held.

    Raises:
        Forbidden. MeetingOver. ReasonMissing: at the field.
    """
    _permit(actor, policy.KEEP)
    if not reason.strip():
        raise errors.ReasonMissing(field="text")
    if meeting.cancelled_at is not None or meeting.starts_at <= at:
        raise errors.MeetingOver
    meeting.cancelled_at = meeting.changed_at = at
    meeting.cancel_reason = reason.strip()
    session.flush()


def forget_user(session: Session, event: UserErased) -> None:
    """What somebody supported goes with their account."""
    session.execute(delete(PostSupport).where(PostSupport.user_id == event.user_id))


def _permit(actor: Actor, action: Action) -> None:
    if not action.open_to(actor):
        raise Forbidden


def _checked(session: Session, post: PlacePost, actor: Actor, *states: State) -> PlacePost:
    _permit(actor, policy.KEEP)
    found = queries.post(session, post.public_id, actor, locked=True)
    if found.put_by_id == actor.user_id:
        raise errors.OwnPost
    if found.state not in states:
        raise errors.PostSettled
    return found


def _note(
    session: Session, action: str, found: PlacePost, actor: Actor, at: datetime, **facts: object
) -> None:
    subject = f"place_post:{found.public_id}"
    record(session, action=action, subject=subject, actor_id=actor.user_id, facts=facts, at=at)


def _tell_named(session: Session, found: PlacePost, organisation_id: int, at: datetime) -> None:
    """Tell who answers for the organisation that a promise names."""
    mail_each(
        session, people_with(session, organisation_id, *policy.REPLY.roles), at=at, key=f"promise-named-{found.id}",
        subject=N_("Uw organisatie wordt genoemd in een wijk: %(title)s"),
        text=N_(
            "Een bewoner meldde dat uw organisatie iets beloofde. Iedereen kan dat lezen. "
            "Klopt het? Of ligt het anders? Reageer op de site, in het openbaar."
        ),
        facts={"title": found.title}, link=f"/wijken/posts/{found.public_id}",
    )  # fmt: skip


def _mail(session: Session, found: PlacePost, subject: str, text: str, at: datetime) -> None:
    person = session.get_one(User, found.put_by_id)
    if person.erased_at is None:
        send_mail(
            session, to=person.email, locale=person.locale, subject=subject, text=text, facts={"title": found.title},
            link=f"/wijken/posts/{found.public_id}", at=at,
        )  # fmt: skip
