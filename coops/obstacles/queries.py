"""Reading obstacles: everybody what is public; who reported it and the programme what is not yet."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coops.obstacles.errors import ObstacleNotFound
from coops.obstacles.models import Obstacle
from coops.obstacles.rules import TERM
from cwb.identity.models import Organisation
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, USER, Tasks, Waiting, rows

_WITH = (joinedload(Obstacle.organisation), joinedload(Obstacle.owning))


WITH_ADDITIONS = selectinload(Obstacle.additions)
"""What was added to its answer."""


def public(*, only_open: bool = False) -> Select[Obstacle]:
    """What everybody can read: without an answer first, the oldest first; then the newest answers."""
    found = select(Obstacle).where(Obstacle.published_at.is_not(None)).options(*_WITH)
    if only_open:
        found = found.where(Obstacle.answered_at.is_(None))
    return found.order_by(
        Obstacle.answered_at.is_not(None), Obstacle.answered_at.desc(), Obstacle.published_at, Obstacle.id
    )


def mine(session: Session, user_id: int) -> Sequence[Obstacle]:
    """What somebody reported, the newest first."""
    return session.scalars(
        select(Obstacle)
        .where(Obstacle.reported_by_id == user_id)
        .options(*_WITH)
        .order_by(Obstacle.id.desc())
    ).all()


def waiting(session: Session) -> Sequence[Obstacle]:
    """What the programme has not read yet, the oldest first."""
    return session.scalars(
        select(Obstacle)
        .where(Obstacle.published_at.is_(None), Obstacle.returned == "")
        .options(*_WITH)
        .order_by(Obstacle.id)
    ).all()


def obstacle(session: Session, public_id: UUID, actor: Actor | None, *, locked: bool = False) -> Obstacle:
    """One of them, if this reader may know of it.

    Raises:
        ObstacleNotFound: none, or not public and neither theirs nor the programme's to read.
    """
    statement = select(Obstacle).where(Obstacle.public_id == public_id).options(*_WITH, WITH_ADDITIONS)
    if locked:
        statement = statement.with_for_update(of=Obstacle).execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise ObstacleNotFound
    own = actor is not None and (found.reported_by_id == actor.user_id or actor.has(Role.PROGRAMME))
    if found.published_at is None and not own:
        raise ObstacleNotFound
    return found


def anchors(session: Session) -> Sequence[Organisation]:
    """Organisations here that may own a rule, by name."""
    return session.scalars(
        select(Organisation).where(Organisation.anchor_type.is_not(None)).order_by(Organisation.search_name)
    ).all()


_DUE = Obstacle.published_at + func.make_interval(0, 0, 0, TERM.days)
_ROW = rows(title=Obstacle.rule, key=Obstacle.public_id)

tasks = Tasks(
    Waiting(
        N_("Lees de melding “%(title)s”"), "obstacles.show", frozenset({Role.PROGRAMME}),
        _ROW.where(
            Obstacle.published_at.is_(None), Obstacle.returned == "", Obstacle.reported_by_id != USER
        ).order_by(Obstacle.id),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Antwoord op het obstakel “%(title)s”"), "obstacles.show", frozenset({Role.PURCHASER}),
        rows(title=Obstacle.rule, key=Obstacle.public_id, due_at=_DUE)
        .where(
            Obstacle.owner_id == ORGANISATION, Obstacle.published_at.is_not(None), Obstacle.answered_at.is_(None)
        )
        .order_by(Obstacle.published_at),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Pas uw melding aan: “%(title)s”"), "obstacles.show",
        frozenset({Role.BOARD, Role.MEMBER, Role.PURCHASER, Role.RESIDENT}),
        _ROW.where(
            Obstacle.reported_by_id == USER, Obstacle.published_at.is_(None), Obstacle.returned != ""
        ).order_by(Obstacle.id),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""What is to be read first, answered, and mended."""
