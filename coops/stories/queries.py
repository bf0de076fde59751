"""Reading stories: everybody what is public; its teller and the programme what is not yet."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from coops.stories.errors import StoryNotFound
from coops.stories.models import Story
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import USER, Tasks, Waiting, rows


def public() -> Select[Story]:
    """What everybody can read, the newest first."""
    return (
        select(Story)
        .where(Story.published_at.is_not(None), Story.taken_back_at.is_(None))
        .options(joinedload(Story.organisation))
        .order_by(Story.published_at.desc(), Story.id.desc())
    )


def mine(session: Session, user_id: int) -> Sequence[Story]:
    """What somebody told and did not take back, the newest first."""
    return session.scalars(
        select(Story)
        .where(Story.told_by_id == user_id, Story.taken_back_at.is_(None))
        .order_by(Story.id.desc())
    ).all()


def story(session: Session, public_id: UUID, actor: Actor | None, *, locked: bool = False) -> Story:
    """One story, if this reader may know of it.

    Raises:
        StoryNotFound: none, taken back, or not public and neither theirs nor the programme's to read.
    """
    statement = (
        select(Story)
        .where(Story.public_id == public_id, Story.taken_back_at.is_(None))
        .options(joinedload(Story.organisation))
    )
    if locked:
        statement = statement.with_for_update(of=Story).execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise StoryNotFound
    own = actor is not None and (found.told_by_id == actor.user_id or actor.has(Role.PROGRAMME))
    if found.published_at is None and not own:
        raise StoryNotFound
    return found


def own_data(session: Session, user_id: int) -> object:
    """For the copy of one's own data."""
    return [
        {
            "title": each.title,
            "text": each.text,
            "name": each.shown_name,
            "consented_at": each.consented_at.isoformat(),
        }
        for each in mine(session, user_id)
    ]


tasks = Tasks(
    Waiting(
        N_("Lees het verhaal “%(title)s”"), "stories.show", frozenset({Role.PROGRAMME}),
        rows(title=Story.title, key=Story.public_id)
        .where(Story.published_at.is_(None), Story.taken_back_at.is_(None), Story.told_by_id != USER)
        .order_by(Story.id),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""Stories to be read before they are public."""
