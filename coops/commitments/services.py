"""Committing, keeping one's word, withdrawing."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from coops.clusters.queries import needs_of
from coops.clusters.rules import Cluster
from coops.clusters.services import keep_cluster
from coops.commitments import errors, queries, rules
from coops.commitments.models import AnchorCommitment
from coops.commitments.rules import Kind, Publication
from coops.initiatives.errors import InitiativeStopped
from coops.initiatives.models import Initiative
from coops.initiatives.queries import grown_into, locked_initiative
from coops.initiatives.services import write_to_people
from coops.needs.events import NeedWithdrawn
from coops.needs.models import Need
from coops.viability.rules import Assumptions
from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.text import N_, Marked
from cwb.notifications.services import mail_each


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
    text = N_(
        "%(who)s deed een toezegging aan uw initiatief “%(title)s”.\n\n%(kind)s, uiterlijk op %(day)s:\n\n%(what)s"
    )
    _tell(session, found, made, N_("Een toezegging aan uw initiatief"), text, made.what, at, "made")
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
    text = N_(
        "%(who)s deed een toezegging over het werk waar uw initiatief “%(title)s” voor is.\n\n"
        "%(kind)s, uiterlijk op %(day)s:\n\n%(what)s"
    )
    for each in queries.answering(session, [member.wish.need_id for member in cluster.members]):
        _tell(session, each, made, N_("Een toezegging aan uw initiatief"), text, made.what, at, "made")
    return made


def keep_commitment(
    session: Session, *, commitment: AnchorCommitment, proof: str, user_id: int, at: datetime
) -> AnchorCommitment:
    """Say that it was done, and what shows it; after its day it was late.

    Raises:
        ProofMissing, InvitationSecret: at the field.
        CommitmentClosed: it was kept or withdrawn already.
    """
    rules.check_proof(commitment.kind, proof)
    _check_open(commitment)
    commitment.kept_at, commitment.proof = at, proof.strip()
    session.flush()
    _note(session, commitment, "kept", user_id, at)
    text = N_(
        "%(who)s zegt een toezegging aan uw initiatief “%(title)s” te zijn nagekomen: “%(promise)s”. "
        "Te zien aan:\n\n%(what)s\n\nKlopt dat niet? Zeg het tegen de organisatie of tegen uw begeleider."
    )
    for each in _concerned(session, commitment):
        _tell(session, each, commitment, N_("Een toezegging is nagekomen"), text, proof.strip(), at, "kept")
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
        _tell(
            session,
            each,
            commitment,
            N_("Een toezegging is ingetrokken"),
            text,
            reason.strip(),
            at,
            "withdrawn",
        )
    return commitment


def propose_kept(session: Session, *, organisation_id: int, done: Publication) -> list[AnchorCommitment]:
    """An anchor published or invited: which of its open commitments that looks like is kept for it to confirm."""
    if not (waiting := queries.unproposed(session, organisation_id)):
        return []
    grown = frozenset(grown_into(session, list(done.invited)) if done.invited else ())
    found = []
    for each in waiting:
        subject = each.initiative or each.cluster
        about = frozenset(one.id for one in _concerned(session, each)) if grown else frozenset()
        if subject and rules.seems_kept(each.kind, done, category=subject.category, grown=grown, about=about):
            each.likely = done.number
            found.append(each)
    session.flush()
    return found


def write_of_days(session: Session, at: datetime) -> None:
    """Remind anchors of words whose day is near; when the day went by, tell everybody concerned. Each letter once."""
    today = local_date(at)
    for each in queries.near(session, today):
        broken = each.due_on < today
        own = people_with(session, each.organisation_id, Role.PURCHASER)
        facts = {"what": each.what, "kind": Marked(rules.KINDS[Kind(each.kind)]), "day": each.due_on}
        subject = N_("Uw toezegging is niet nagekomen") if broken else N_("Kom uw toezegging na voor %(day)s")
        text = (
            N_("De dag is voorbij: %(day)s. %(kind)s: “%(what)s”.\n\nIedereen leest nu dat u dit niet nakwam. "
               "Deed u het wel? Zeg het, en waaraan iedereen dit kan zien.")
            if broken
            else N_("U zei toe, uiterlijk op %(day)s. %(kind)s: “%(what)s”.\n\nIs het gedaan? Zeg het, en waaraan "
                    "iedereen dit kan zien. Anders staat er na die dag: niet nagekomen.")
        )  # fmt: skip
        mail_each(
            session, own, subject=subject, text=text, facts=facts, link=f"/commitments/{each.public_id}/finish", at=at,
            key=f"commitment-{'broken' if broken else 'near'}-{each.id}",
        )  # fmt: skip
        if broken:
            _tell_broken(session, each, at)


def _tell_broken(session: Session, broken: AnchorCommitment, at: datetime) -> None:
    text = N_(
        "%(who)s kwam een toezegging aan uw initiatief “%(title)s” niet na.\n\n%(kind)s, uiterlijk op %(day)s:\n\n"
        "%(what)s\n\nIedereen kan dit lezen. Vraag de organisatie of uw begeleider hoe het verder gaat."
    )
    for each in _concerned(session, broken):
        if each.stopped_at is None:
            _tell(
                session, each, broken, N_("Een toezegging is niet nagekomen"), text, broken.what, at, "broken"
            )


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
    what_was_done: str,
) -> None:
    """Mail an initiative about a commitment."""
    giver = session.get_one(Organisation, commitment.organisation_id)
    kind = Marked(rules.KINDS[Kind(commitment.kind)])
    write_to_people(
        session, found, subject, text,
        {"who": giver.name, "promise": commitment.what, "what": what, "kind": kind, "day": commitment.due_on},
        f"commitment-{what_was_done}-{commitment.id}", at,
    )  # fmt: skip


def _note(session: Session, found: AnchorCommitment, what: str, user_id: int, at: datetime) -> None:
    record(
        session, action=f"commitment.{what}", subject=f"commitment:{found.public_id}", actor_id=user_id,
        facts={"kind": found.kind, "due_on": found.due_on.isoformat()}, at=at,
    )  # fmt: skip
