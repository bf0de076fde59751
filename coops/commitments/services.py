"""Committing, keeping one's word, withdrawing."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from coops.clusters.queries import needs_of
from coops.clusters.rules import Cluster
from coops.clusters.services import keep_cluster
from coops.commitments import errors, queries, rules
from coops.commitments.models import AnchorCommitment
from coops.commitments.rules import Kind
from coops.initiatives.errors import InitiativeStopped
from coops.initiatives.models import Initiative
from coops.initiatives.queries import locked_initiative
from coops.initiatives.services import write_to_people
from coops.needs.events import NeedWithdrawn
from coops.needs.models import Need
from coops.viability.rules import Assumptions
from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.text import N_


def make_commitment(
    session: Session, *, initiative: Initiative, organisation_id: int, kind: str, what: str, due_on: date,
    user_id: int, at: datetime,
) -> AnchorCommitment:  # fmt: skip
    """Say what an anchor will do for an initiative, and by when. Everyone reads it; it cannot be changed.

    Raises:
        InitiativeStopped.
        WhatMissing, AwardPromised, DueInvalid: at the field.
    """
    found = locked_initiative(session, initiative.id)
    if found.stopped_at is not None:
        raise InitiativeStopped
    made = AnchorCommitment(
        organisation_id=organisation_id, initiative_id=found.id, kind=Kind(kind).value, what=what.strip(),
        due_on=due_on, made_by_id=user_id, made_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, made, "made", user_id, at)
    text = N_("%(who)s deed een toezegging aan uw initiatief “%(title)s”:\n\n%(what)s")
    _tell(session, found, made, N_("Een toezegging aan uw initiatief"), text, what.strip(), at)
    return made


def commit_to_cluster(
    session: Session, *, cluster: Cluster, assumed: Assumptions, organisation_id: int, kind: str, what: str,
    due_on: date, user_id: int, at: datetime,
) -> AnchorCommitment:  # fmt: skip
    """Say what an anchor will do about demand that nobody serves yet: the cluster is kept as it is now.

    Whoever already began an initiative on the same needs is told. Everyone reads it; it cannot be changed.

    Raises:
        HoursUnknown: no need of the cluster tells its hours.
        WhatMissing, AwardPromised, DueInvalid: at the field; nothing is kept.
    """
    rules.check_commitment(what, due_on, today=local_date(at))
    kept = keep_cluster(session, cluster=cluster, assumed=assumed, user_id=user_id, at=at)
    made = AnchorCommitment(
        organisation_id=organisation_id, cluster_id=kept.id, kind=Kind(kind).value, what=what.strip(), due_on=due_on,
        made_by_id=user_id, made_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, made, "made", user_id, at)
    text = N_("%(who)s deed een toezegging over het werk waar uw initiatief “%(title)s” voor is:\n\n%(what)s")
    for each in queries.answering(session, [member.wish.need_id for member in cluster.members]):
        _tell(session, each, made, N_("Een toezegging aan uw initiatief"), text, what.strip(), at)
    return made


def keep_commitment(
    session: Session, *, commitment: AnchorCommitment, proof: str, user_id: int, at: datetime
) -> AnchorCommitment:
    """Say that it was done, and what shows it; after its day it was late.

    Raises:
        ProofMissing: at the field.
        CommitmentClosed: it was kept or withdrawn already.
    """
    if not proof.strip():
        raise errors.ProofMissing(field="proof")
    _check_open(commitment)
    commitment.kept_at, commitment.proof = at, proof.strip()
    session.flush()
    _note(session, commitment, "kept", user_id, at)
    return commitment


def withdraw_commitment(
    session: Session, *, commitment: AnchorCommitment, reason: str, user_id: int, at: datetime
) -> AnchorCommitment:
    """Take it back with a reason; the initiative is told, and the commitment stays to read.

    Raises:
        ReasonMissing: at the field.
        CommitmentClosed: it was kept or withdrawn already.
    """
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    _check_open(commitment)
    commitment.withdrawn_at, commitment.withdraw_reason = at, reason.strip()
    session.flush()
    _note(session, commitment, "withdrawn", user_id, at)
    text = N_(
        "%(who)s trok een toezegging aan uw initiatief “%(title)s” in: “%(promise)s”. De reden:\n\n%(what)s\n\n"
        "Wat u al bereikte, blijft staan. Vraag uw begeleider wie dit werk nog meer zoekt."
    )
    for each in _concerned(session, commitment):
        _tell(session, each, commitment, N_("Een toezegging is ingetrokken"), text, reason.strip(), at)
    return commitment


def _concerned(session: Session, commitment: AnchorCommitment) -> Sequence[Initiative]:
    if commitment.initiative_id is not None:
        return [locked_initiative(session, commitment.initiative_id)]
    needs = needs_of(session, commitment.cluster_id or 0)
    return queries.answering(session, [line.need_id for line, _need in needs])


def _check_open(commitment: AnchorCommitment) -> None:
    if commitment.kept_at is not None or commitment.withdrawn_at is not None:
        raise errors.CommitmentClosed


def hear_withdrawn(session: Session, event: NeedWithdrawn) -> None:
    """An anchor took a need off the calendar: whoever began an initiative on it hears that, with the reason."""
    need = session.get_one(Need, event.need_id)
    at = need.withdrawn_at
    if at is None:
        raise LookupError(need.number)
    for each in queries.answering(session, [need.id]):
        write_to_people(
            session, each, N_("Werk waar uw initiatief op rekent, is ingetrokken"),
            N_("Een organisatie vraagt dit werk niet meer. Uw initiatief “%(title)s” rekende erop. De reden:\n\n"
               "%(reason)s\n\nWat u al bereikte, blijft staan. Op de bladzijde staat welke uren overblijven."),
            {"reason": need.withdraw_reason}, f"need-withdrawn-{need.id}", at,
        )  # fmt: skip


def _tell(
    session: Session,
    found: Initiative,
    commitment: AnchorCommitment,
    subject: str,
    text: str,
    what: str,
    at: datetime,
) -> None:
    """Mail an initiative about a commitment."""
    giver = session.get_one(Organisation, commitment.organisation_id)
    what_was_done = "withdrawn" if commitment.withdrawn_at else "made"
    write_to_people(
        session, found, subject, text,
        {"who": giver.name, "promise": commitment.what, "what": what},
        f"commitment-{what_was_done}-{commitment.id}", at,
    )  # fmt: skip


def _note(session: Session, found: AnchorCommitment, what: str, user_id: int, at: datetime) -> None:
    record(
        session, action=f"commitment.{what}", subject=f"commitment:{found.public_id}", actor_id=user_id,
        facts={"kind": found.kind, "due_on": found.due_on.isoformat()}, at=at,
    )  # fmt: skip
