"""Committing, keeping one's word, withdrawing."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.commitments import errors
from coops.commitments.models import AnchorCommitment
from coops.commitments.rules import Kind
from coops.initiatives.errors import InitiativeStopped
from coops.initiatives.models import Initiative
from coops.initiatives.queries import locked_initiative
from cwb.audit.services import record
from cwb.identity.models import User
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail


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
    text = N_("Een organisatie deed een toezegging aan uw initiatief:\n\n%(what)s")
    _tell(session, found, made, N_("Een toezegging aan uw initiatief"), text, what.strip(), at)
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
    found = locked_initiative(session, commitment.initiative_id)
    text = N_("Een organisatie trok een toezegging aan uw initiatief in. De reden:\n\n%(what)s")
    _tell(session, found, commitment, N_("Een toezegging is ingetrokken"), text, reason.strip(), at)
    return commitment


def _check_open(commitment: AnchorCommitment) -> None:
    if commitment.kept_at is not None or commitment.withdrawn_at is not None:
        raise errors.CommitmentClosed


def _tell(
    session: Session,
    found: Initiative,
    commitment: AnchorCommitment,
    subject: str,
    text: str,
    what: str,
    at: datetime,
) -> None:
    """Mail whoever began it, stands by it and guides it."""
    people = {
        found.started_by_id,
        found.coach_id,
        *(each.user_id for each in found.founders if each.left_at is None),
    }
    told = session.scalars(
        select(User)
        .where(User.id.in_([each for each in people if each]), User.erased_at.is_(None))
        .order_by(User.id)
    )
    for person in told:
        send_mail(
            session, to=person.email, locale=person.locale, subject=subject, text=text, facts={"what": what},
            link=f"/incubator/{found.public_id}", at=at,
            key=f"commitment-{'withdrawn' if commitment.withdrawn_at else 'made'}-{commitment.id}-{person.id}",
        )  # fmt: skip


def _note(session: Session, found: AnchorCommitment, what: str, user_id: int, at: datetime) -> None:
    record(
        session, action=f"commitment.{what}", subject=f"commitment:{found.public_id}", actor_id=user_id,
        facts={"kind": found.kind, "due_on": found.due_on.isoformat()}, at=at,
    )  # fmt: skip
