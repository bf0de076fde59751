"""Reading appeals, and what waits for an answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from coops.appeals.errors import AppealNotFound, NothingToAppeal
from coops.appeals.models import Appeal
from coops.papers.models import CooperativePaper
from coops.register.models import Cooperative, CooperativeClaim, Judgement, Verification
from coops.register.queries import find_verdict, verified
from coops.register.rules import CLAIMS, Grade
from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, USER, Tasks, Waiting, rows

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


def find_appeal(session: Session, refused: Judgement | Verification) -> Appeal | None:
    """The appeal against this refusal, if there is one."""
    against = Appeal.judgement_id if isinstance(refused, Judgement) else Appeal.verification_id
    return session.scalar(select(Appeal).where(against == refused.id))


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


def judgements(session: Session, cooperative_id: int) -> Sequence[Judgement]:
    """Every judgement on a cooperative, the latest first."""
    return session.scalars(
        select(Judgement)
        .where(Judgement.cooperative_id == cooperative_id)
        .options(joinedload(Judgement.file))
        .order_by(Judgement.decided_at.desc(), Judgement.id.desc())
    ).all()


def verifications(session: Session, cooperative_id: int) -> Sequence[Verification]:
    """Every decision on the whole profile, the latest first."""
    return session.scalars(
        select(Verification)
        .where(Verification.cooperative_id == cooperative_id)
        .order_by(Verification.decided_at.desc(), Verification.id.desc())
    ).all()


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


_LATER = aliased(Judgement)


def _refused(found: Select[Any]) -> Select[Any]:
    """These rows for each refused fact that says the same still."""
    return (
        found.select_from(Judgement)
        .join(Cooperative, Cooperative.id == Judgement.cooperative_id)
        .join(
            CooperativeClaim,
            and_(
                CooperativeClaim.cooperative_id == Cooperative.id, CooperativeClaim.code == Judgement.code,
                CooperativeClaim.value == Judgement.value, CooperativeClaim.since <= Judgement.decided_at,
            ),
        )
        .where(
            Judgement.grade == Grade.NONE.value,
            ~exists().where(
                _LATER.cooperative_id == Judgement.cooperative_id, _LATER.code == Judgement.code,
                tuple_(_LATER.decided_at, _LATER.id) > tuple_(Judgement.decided_at, Judgement.id),
            ),
            ~exists().where(Appeal.judgement_id == Judgement.id, Appeal.answered_at.is_(None)),
        )
        .order_by(Judgement.decided_at)
    )  # fmt: skip


tasks = Tasks(
    Waiting(
        N_("Niet aangetoond: %(title)s"), "appeals.make", frozenset({Role.BOARD}),
        _refused(rows(title=Judgement.code, key=Judgement.public_id))
        .where(Cooperative.organisation_id == ORGANISATION),
        {"public_id": "key"}, called=CLAIMS,
    ),
    Waiting(
        N_("Nieuw stuk bij een afgewezen feit van %(title)s"), "cooperatives.judge", frozenset({Role.PROGRAMME}),
        _refused(rows(title=Organisation.name, key=Organisation.public_id, number=Judgement.code))
        .join(Organisation, Organisation.id == Cooperative.organisation_id)
        .where(
            verified(AT),  # else its whole profile waits already
            exists().where(
                CooperativePaper.organisation_id == Organisation.id, CooperativePaper.added_at > Judgement.decided_at
            ),
            Cooperative.registered_by_id != USER, Cooperative.changed_by_id != USER,
            Cooperative.coach_id.is_distinct_from(USER),  # the rule `may_verify`, set-wise
        ),
        {"public_id": "key", "code": "number"},
    ),
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
        {"public_id": "key"}, awaited=True,
    ),
)  # fmt: skip
"""What waits: a refused fact for its board, a new paper for it and an appeal for the programme."""
