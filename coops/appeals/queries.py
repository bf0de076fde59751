"""Reading appeals, and what waits for an answer."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, selectinload

from coops.appeals.errors import AppealNotFound
from coops.appeals.models import Appeal
from coops.register.models import Cooperative, Judgement
from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import USER, Tasks, Waiting, rows

_COOPERATIVE = contains_eager(Judgement.cooperative).options(
    contains_eager(Cooperative.organisation), selectinload(Cooperative.claims)
)
"""A judgement with all that it is about."""


def appeal(session: Session, public_id: UUID, *, lock: bool = False) -> Appeal:
    """The appeal behind an address, with its judgement, cooperative and organisation.

    Raises:
        AppealNotFound: none.
    """
    statement = (
        select(Appeal)
        .join(Appeal.judgement)
        .join(Judgement.cooperative)
        .join(Cooperative.organisation)
        .where(Appeal.public_id == public_id)
        .options(contains_eager(Appeal.judgement).options(_COOPERATIVE))
    )
    if lock:
        statement = statement.with_for_update(of=Appeal).execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise AppealNotFound
    return found


def refusal(session: Session, public_id: UUID) -> Judgement:
    """The judgement behind an address, with its cooperative, claims and organisation.

    Raises:
        AppealNotFound: none.
    """
    found = session.scalars(
        select(Judgement)
        .join(Judgement.cooperative)
        .join(Cooperative.organisation)
        .where(Judgement.public_id == public_id)
        .options(_COOPERATIVE)
    ).one_or_none()
    if found is None:
        raise AppealNotFound
    return found


def appeals_of(session: Session, cooperative_id: int) -> Sequence[Appeal]:
    """Every appeal of a cooperative, the latest first, with what it is against."""
    return session.scalars(
        select(Appeal)
        .join(Appeal.judgement)
        .where(Judgement.cooperative_id == cooperative_id)
        .options(contains_eager(Appeal.judgement))
        .order_by(Appeal.made_at.desc())
    ).all()


tasks = Tasks(
    Waiting(
        N_("Beantwoord het bezwaar van %(title)s"), "appeals.answer", frozenset({Role.PROGRAMME}),
        rows(title=Organisation.name, key=Appeal.public_id, due_at=Appeal.answer_by)
        .join(Judgement, Judgement.id == Appeal.judgement_id)
        .join(Cooperative, Cooperative.id == Judgement.cooperative_id)
        .join(Organisation, Organisation.id == Cooperative.organisation_id)
        .where(
            Appeal.answered_at.is_(None), Judgement.decided_by_id != USER, Cooperative.registered_by_id != USER,
            Cooperative.changed_by_id != USER, Cooperative.coach_id.is_distinct_from(USER),
        )  # the rule `may_answer`, set-wise
        .order_by(Appeal.answer_by),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""What waits for somebody else at the programme."""
