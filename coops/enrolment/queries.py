"""Reading unfinished registrations, and who is here already."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import Session

from coops.enrolment import rules
from coops.enrolment.models import EnrolmentDraft
from coops.papers.models import CooperativePaper
from coops.register.models import Cooperative, CooperativeClaim, Judgement
from coops.register.rules import JUDGED
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, USER, Tasks, Waiting, rows

KEPT_FOR = timedelta(days=182)
"""So long an unfinished registration is kept after its last change."""


def find_draft(session: Session, actor: Actor) -> EnrolmentDraft | None:
    """The open registration of the actor: of the organisation whose board one is, else one's own or one set aside."""
    own = (
        EnrolmentDraft.organisation_id == actor.organisation_id
        if actor.has(*rules.FILLERS) and actor.organisation_id is not None
        else EnrolmentDraft.organisation_id.is_(None) & (EnrolmentDraft.begun_by_id == actor.user_id)
    )
    return session.scalars(
        select(EnrolmentDraft)
        .where(own)
        .order_by(EnrolmentDraft.aside, EnrolmentDraft.saved_at.desc())
        .limit(1)
    ).one_or_none()


def others(session: Session, draft: EnrolmentDraft) -> Sequence[EnrolmentDraft]:
    """What else somebody began to register and set aside, the last one first."""
    return session.scalars(
        select(EnrolmentDraft)
        .where(
            EnrolmentDraft.organisation_id.is_(None), EnrolmentDraft.begun_by_id == draft.begun_by_id,
            EnrolmentDraft.aside, EnrolmentDraft.id != draft.id,
        )
        .order_by(EnrolmentDraft.saved_at.desc(), EnrolmentDraft.id.desc())
    ).all()  # fmt: skip


def begun_by(session: Session, user_id: int) -> Sequence[EnrolmentDraft]:
    """What somebody began to register of an organisation that is not here."""
    return session.scalars(
        select(EnrolmentDraft).where(
            EnrolmentDraft.organisation_id.is_(None), EnrolmentDraft.begun_by_id == user_id
        )
    ).all()


def given_up(session: Session, at: datetime) -> Sequence[EnrolmentDraft]:
    """Registrations that nobody touched for half a year."""
    return session.scalars(
        select(EnrolmentDraft)
        .where(EnrolmentDraft.saved_at < at - KEPT_FOR)
        .with_for_update(skip_locked=True)
    ).all()


_PLACES = list(rules.ADD_PAPER)
_KIND = case({code.value: kind.value for code, kind in rules.SHOWN_BY.items()}, value=CooperativeClaim.code)
_PLACE = case(
    {code.value: _PLACES.index(kind) for code, kind in rules.SHOWN_BY.items()}, value=CooperativeClaim.code
)
_SEEN = exists().where(
    Judgement.cooperative_id == CooperativeClaim.cooperative_id, Judgement.code == CooperativeClaim.code,
    Judgement.value == CooperativeClaim.value, Judgement.decided_at >= CooperativeClaim.since,
    Judgement.grade.in_(JUDGED),
)  # fmt: skip
_THERE = exists().where(
    CooperativePaper.organisation_id == Cooperative.organisation_id, CooperativePaper.kind == _KIND
)

tasks = Tasks(
    Waiting(
        N_("Maak uw aanmelding af"), "enrolment.index", frozenset({Role.RESIDENT, Role.BOARD}),
        rows().where(
            exists().where(
                or_(
                    EnrolmentDraft.organisation_id == ORGANISATION,
                    EnrolmentDraft.organisation_id.is_(None) & (EnrolmentDraft.begun_by_id == USER),
                )
            )
        ),
    ),
    Waiting(
        tuple(rules.ADD_PAPER.values()), "cooperative_papers.index", frozenset({Role.BOARD}),
        rows(num=func.min(_PLACE))
        .select_from(Cooperative)
        .join(CooperativeClaim, CooperativeClaim.cooperative_id == Cooperative.id)
        .where(Cooperative.organisation_id == ORGANISATION, ~CooperativeClaim.minuted, ~_SEEN, ~_THERE)
        .having(func.count() > 0),
    ),
)  # fmt: skip
"""What was left half done: a registration, and papers that show the facts of one's own cooperative."""
