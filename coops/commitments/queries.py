"""Reading commitments. All of it is public."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coops.clusters.models import ClusterNeed
from coops.commitments import rules
from coops.commitments.errors import CommitmentNotFound
from coops.commitments.models import AnchorCommitment
from coops.initiatives.models import Initiative
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.invoicing.queries import noon


def state_of(found: AnchorCommitment, today: date) -> rules.Kept:
    """Whether the anchor kept its word."""
    return rules.kept(
        found.due_on, None if found.kept_at is None else local_date(found.kept_at),
        None if found.withdrawn_at is None else local_date(found.withdrawn_at), today,
    )  # fmt: skip


_WHOLE = (
    joinedload(AnchorCommitment.organisation), joinedload(AnchorCommitment.initiative),
    joinedload(AnchorCommitment.cluster),
)  # fmt: skip


def commitments(
    session: Session, *, initiative_id: int | None = None, need_ids: Sequence[int] | None = None
) -> Sequence[AnchorCommitment]:
    """Commitments with anchor and what they are about, the next due first.

    Of an initiative: also those on clusters that share a need with its own. `need_ids`: those on clusters with one.
    """
    statement = (
        select(AnchorCommitment).options(*_WHOLE).order_by(AnchorCommitment.due_on, AnchorCommitment.id)
    )
    if initiative_id is not None:
        own = (
            select(ClusterNeed.need_id)
            .join(Initiative, Initiative.cluster_id == ClusterNeed.cluster_id)
            .where(Initiative.id == initiative_id)
        )
        statement = statement.where(
            or_(
                AnchorCommitment.initiative_id == initiative_id,
                AnchorCommitment.cluster_id.in_(_with_needs(own)),
            )
        )
    if need_ids is not None:
        statement = statement.where(AnchorCommitment.cluster_id.in_(_with_needs(need_ids)))
    return session.scalars(statement).all()


def _with_needs(need_ids: Any) -> Any:
    """Kept clusters that hold one of these needs."""
    return select(ClusterNeed.cluster_id).where(ClusterNeed.need_id.in_(need_ids))


def answering(session: Session, need_ids: Sequence[int]) -> Sequence[Initiative]:
    """Running initiatives that answer a cluster with one of these needs."""
    return session.scalars(
        select(Initiative)
        .where(Initiative.cluster_id.in_(_with_needs(need_ids)), Initiative.stopped_at.is_(None))
        .options(selectinload(Initiative.founders))
        .order_by(Initiative.id)
    ).all()


def counts(session: Session, today: date) -> dict[int, dict[rules.Kept, int]]:
    """Initiative → how many commitments stand where, for a list of initiatives."""
    found: dict[int, dict[rules.Kept, int]] = {}
    for each in session.scalars(select(AnchorCommitment)):
        if each.initiative_id is None:
            continue
        row = found.setdefault(each.initiative_id, {})
        state = state_of(each, today)
        row[state] = row.get(state, 0) + 1
    return found


def own_commitment(
    session: Session, public_id: UUID, organisation_id: int | None, *, held: bool = True
) -> AnchorCommitment:
    """A commitment of one's own anchor; `held` until the transaction ends.

    Raises:
        CommitmentNotFound: none, or another's.
    """
    statement = (
        select(AnchorCommitment)
        .where(AnchorCommitment.public_id == public_id, AnchorCommitment.organisation_id == organisation_id)
        .options(*_WHOLE)
        .execution_options(populate_existing=True)
    )
    found = session.scalars(
        statement.with_for_update(of=AnchorCommitment) if held else statement
    ).one_or_none()
    if found is None:
        raise CommitmentNotFound
    return found


_UNENDED = (AnchorCommitment.kept_at.is_(None), AnchorCommitment.withdrawn_at.is_(None))


def unproposed(session: Session, organisation_id: int) -> Sequence[AnchorCommitment]:
    """What an anchor has still to do and nothing looks like yet, held until the transaction ends."""
    return session.scalars(
        select(AnchorCommitment)
        .where(AnchorCommitment.organisation_id == organisation_id, AnchorCommitment.likely == "", *_UNENDED)
        .options(joinedload(AnchorCommitment.initiative), joinedload(AnchorCommitment.cluster))
        .order_by(AnchorCommitment.id)
        .with_for_update(of=AnchorCommitment)
    ).all()


def near(session: Session, today: date) -> Sequence[AnchorCommitment]:
    """What is not done and has its day within a fortnight, or had it."""
    first, last = today - rules.REMIND, today + rules.REMIND
    return session.scalars(
        select(AnchorCommitment)
        .where(AnchorCommitment.due_on.between(first, last), *_UNENDED)
        .order_by(AnchorCommitment.id)
    ).all()


_PLACE = {kind: place for place, kind in enumerate(rules.KINDS)}
_DO = rows(
    title=func.left(AnchorCommitment.what, 80), key=AnchorCommitment.public_id, due_at=noon(AnchorCommitment.due_on),
    num=case(_PLACE, value=AnchorCommitment.kind), number=AnchorCommitment.likely,
).where(AnchorCommitment.organisation_id == ORGANISATION, *_UNENDED).order_by(AnchorCommitment.due_on)  # fmt: skip
tasks = Tasks(
    Waiting(
        N_("Dit lijkt nagekomen met %(number)s: “%(title)s”. Klopt dat?"), "commitments.finish",
        frozenset({Role.PURCHASER}), _DO.where(AnchorCommitment.likely != ""), {"public_id": "key"},
    ),
    Waiting(
        (
            N_("U zei toe een perceel te publiceren: %(title)s"),
            N_("U zei toe uit te nodigen voor een offerte: %(title)s"),
            N_("U zei toe te onderzoeken of het kan: %(title)s"),
        ),
        "commitments.finish", frozenset({Role.PURCHASER}), _DO.where(AnchorCommitment.likely == ""),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""What one's own organisation said it would do and did not yet."""


def panel(session: Session, actor: Actor, at: datetime) -> dict[str, object] | None:
    """One's own commitments for a purchaser's dashboard; nothing when there are none."""
    if not actor.has(Role.PURCHASER) or actor.organisation_id is None:
        return None
    own = session.execute(
        select(AnchorCommitment, Initiative.public_id, Initiative.sentence)
        .outerjoin(Initiative, Initiative.id == AnchorCommitment.initiative_id)
        .where(AnchorCommitment.organisation_id == actor.organisation_id)
        .order_by(AnchorCommitment.due_on, AnchorCommitment.id)
        .limit(10)
    ).all()
    today = local_date(at)
    shown = [(each, public_id, sentence, state_of(each, today).value) for each, public_id, sentence in own]
    return {"commitments": shown} if shown else None
