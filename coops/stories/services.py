"""Telling, reading first, taking back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.stories import errors, policy, queries, rules
from coops.stories.models import Story
from coops.stories.rules import StoryFacts
from cwb.audit.services import record
from cwb.identity.events import UserErased
from cwb.identity.models import User
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail


def tell_story(session: Session, *, facts: StoryFacts, actor: Actor, at: datetime) -> Story:
    """Tell one; it waits until somebody of the programme read it.

    Raises:
        RuleBroken: one of `rules.check_story`; TooManyStories.
    """
    rules.check_story(facts)
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))
    rules.check_room(len(queries.mine(session, actor.user_id)))
    made = Story(
        title=facts.title.strip(), text=facts.text.strip(), shown_name=facts.name.strip(),
        place_code=facts.place_code,
        organisation_id=actor.organisation_id if facts.names_organisation and not actor.helps else None,
        told_by_id=actor.user_id, consented_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def publish_story(session: Session, *, story: Story, actor: Actor, at: datetime) -> Story:
    """Make it public after reading it.

    Raises:
        OwnStory: a second person reads it. Forbidden, StoryNotFound, StoryPublic.
    """
    found = queries.story(session, story.public_id, actor, locked=True)
    if not policy.CHECK.open_to(actor):
        raise Forbidden
    if found.told_by_id == actor.user_id:
        raise errors.OwnStory
    if found.published_at is not None:
        raise errors.StoryPublic
    found.published_by_id, found.published_at = actor.user_id, at
    session.flush()
    record(
        session, action="story.published", subject=f"story:{found.public_id}", actor_id=actor.user_id, at=at
    )
    _tell(
        session, found, N_("Uw verhaal is nu openbaar"),
        N_("Iedereen kan “%(title)s” nu lezen. U kunt het altijd terugnemen. Dan wissen wij de tekst."), at,
    )  # fmt: skip
    return found


def take_back(session: Session, *, story: Story, actor: Actor, at: datetime) -> None:
    """Take one's own story back: its words are gone at once. The programme may too, when somebody else asks.

    Who told it then gets the own words back by mail: they are nowhere else.

    Raises:
        Forbidden: another's. StoryNotFound: it was taken back already.
    """
    found = queries.story(session, story.public_id, actor, locked=True)
    if found.told_by_id != actor.user_id and not policy.CHECK.open_to(actor):
        raise Forbidden
    if found.told_by_id != actor.user_id:
        _tell(
            session, found, N_("Uw verhaal is weggehaald"),
            N_("Het programma haalde “%(title)s” weg. Vraag gerust waarom. U mag het opnieuw vertellen. "
               "Bij ons is de tekst gewist. Dit schreef u:\n\n%(text)s"),
            at,
        )  # fmt: skip
    _erase(found, at)
    session.flush()
    record(
        session, action="story.taken_back", subject=f"story:{found.public_id}", actor_id=actor.user_id, at=at
    )


def forget_user(session: Session, event: UserErased) -> None:
    """The stories of somebody whose account is erased go with it."""
    for each in queries.mine(session, event.user_id):
        _erase(each, event.at)
    session.flush()


def _tell(session: Session, story: Story, subject: str, text: str, at: datetime) -> None:
    """A letter to who told it."""
    person = session.get_one(User, story.told_by_id)
    send_mail(
        session, to=person.email, locale=person.locale, subject=subject, text=text,
        facts={"title": story.title, "text": story.text}, link="/stories/mine", at=at,
        key=f"story-{story.id}-{subject}",
    )  # fmt: skip


def _erase(found: Story, at: datetime) -> None:
    found.title = found.text = found.shown_name = ""
    found.taken_back_at = at
