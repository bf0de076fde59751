"""Reading appeals, and what waits for an answer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from coops.appeals.errors import AppealNotFound, NothingToAppeal
from coops.appeals.models import Appeal
from coops.register.models import Cooperative, Judgement, Verification
from coops.register.queries import find_verdict
from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import USER, Tasks, Waiting, rows

_WHOLE = (joinedload(Cooperative.organisation), selectinload(Cooperative.claims))
"""A cooperative with all that a refusal is about."""

_JUDGED = joinedload(Appeal.judgement).joinedload(Judgement.cooperative)
_VERIFIED = joinedload(Appeal.verification).joinedload(Verification.cooperative)


def appeal(session: Session, public_id: UUID, *, lock: bool = False) -> Appeal:
    """The appeal behind an address, with what it is against, cooperative and organisation.

    Raises:
        AppealNotFound: none.
    """
    statement = (
        select(Appeal)
        .where(Appeal.public_id == public_id)
        .options(_JUDGED.options(*_WHOLE), _VERIFIED.options(*_WHOLE))
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
        .where(Judgement.public_id == public_id)
        .options(joinedload(Judgement.cooperative).options(*_WHOLE))
    ).one_or_none()
    if found is None:
        raise AppealNotFound
    return found


def whole_refusal(session: Session, found: Cooperative, at: datetime) -> Verification:
    """The refusal of a whole profile that counts now.

    Raises:
        NothingToAppeal: the last decision is no refusal, or there is none.
    """
    last = find_verdict(session, found.id, at)
    if last is None or last.verified:
        raise NothingToAppeal
    set_committed_value(last, "cooperative", found)
    return last


def appeals_of(session: Session, cooperative_id: int) -> Sequence[Appeal]:
    """Every appeal of a cooperative, the latest first, with what it is against."""
    return session.scalars(
        select(Appeal)
        .outerjoin(Appeal.judgement)
        .outerjoin(Appeal.verification)
        .where(or_(Judgement.cooperative_id == cooperative_id, Verification.cooperative_id == cooperative_id))
        .options(_JUDGED, _VERIFIED)
        .order_by(Appeal.made_at.desc())
    ).all()


tasks = Tasks(
    Waiting(
        N_("Beantwoord het bezwaar van %(title)s"), "appeals.answer", frozenset({Role.PROGRAMME}),
        rows(title=Organisation.name, key=Appeal.public_id, due_at=Appeal.answer_by)
        .outerjoin(Judgement, Judgement.id == Appeal.judgement_id)
        .outerjoin(Verification, Verification.id == Appeal.verification_id)
        .join(
            Cooperative,
            Cooperative.id == func.coalesce(Judgement.cooperative_id, Verification.cooperative_id),
        )
        .join(Organisation, Organisation.id == Cooperative.organisation_id)
        .where(
            Appeal.answered_at.is_(None), func.coalesce(Judgement.decided_by_id, Verification.decided_by_id) != USER,
            Cooperative.registered_by_id != USER, Cooperative.changed_by_id != USER,
            Cooperative.coach_id.is_distinct_from(USER),
        )  # the rule `may_answer`, set-wise
        .order_by(Appeal.answer_by),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""What waits for somebody else at the programme."""
