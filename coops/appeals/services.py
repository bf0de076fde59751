"""Use cases of appeals: make one, answer it."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coops.appeals import errors, policy, queries, rules
from coops.appeals.models import Appeal
from coops.register.models import Judgement, Verification
from coops.register.queries import facts_of, find_verdict
from coops.register.rules import Grade, Proof
from coops.register.services import judge_claim, verify_cooperative
from cwb.audit.services import record
from cwb.identity.queries import people_with, programme_people
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each


def counts(session: Session, refused: Judgement | Verification, at: datetime) -> bool:
    """Whether this refusal is what counts now for its fact, or for the whole profile."""
    if isinstance(refused, Verification):
        return not refused.verified and find_verdict(session, refused.cooperative_id, at) is refused
    facts = facts_of(session, refused.cooperative, at)
    return any(fact.is_refused and fact.judgement is refused for fact in facts)


def make_appeal(
    session: Session, *, refused: Judgement | Verification, text: str, actor: Actor, at: datetime
) -> Appeal:
    """Say why one does not agree with a refusal; somebody else at the programme will answer.

    Raises:
        AppealNotFound: another cooperative's.
        NothingToAppeal, AppealTooLate, AppealedBefore; AppealTextMissing at the field.
    """
    if not policy.may_appeal(actor, refused.cooperative):
        raise errors.AppealNotFound
    rules.check_submit(
        is_refused=counts(session, refused, at),
        decided_on=local_date(refused.decided_at),
        today=local_date(at),
    )
    made = Appeal(
        judgement_id=refused.id if isinstance(refused, Judgement) else None,
        verification_id=refused.id if isinstance(refused, Verification) else None, text=rules.check_text(text, "text"),
        made_by_id=actor.user_id, made_at=at, answer_by=rules.answer_by(local_date(at)), answer="",
    )  # fmt: skip
    session.add(made)
    try:
        session.flush()
    except IntegrityError as fault:
        raise errors.AppealedBefore from fault
    _note(session, "appealed", refused, actor, at)
    organisation, involved = refused.cooperative.organisation, _involved(refused)
    mail_each(
        session, [each for each in programme_people(session) if each.id not in involved],
        subject=N_("Bezwaar van %(name)s"),
        text=N_("%(name)s is het niet eens met een oordeel. Iemand die er nog niet naar keek, antwoordt voor %(day)s."),
        facts={"name": organisation.name, "day": made.answer_by}, link=f"/cooperatives/appeals/{made.public_id}", at=at,
        key=f"appealed-{made.id}",
    )  # fmt: skip
    return made


def _involved(refused: Judgement | Verification) -> set[int | None]:
    """Who may not answer: who judged, registered, changed or coaches it (the rule `may_answer`)."""
    found = refused.cooperative
    return {refused.decided_by_id, found.registered_by_id, found.changed_by_id, found.coach_id}


def answer_appeal(
    session: Session, *, appeal: Appeal, upheld: bool, proof: Proof, answer: str, actor: Actor, at: datetime
) -> Appeal:
    """Answer an appeal as another person. Right: the fact gets grade E3 on the named paper, by who answers.

    On a whole profile, right means: verified on the facts that somebody else judged meanwhile (`verify_cooperative`).

    Raises:
        NotAnotherPerson: who refused, filled in or coaches.
        AnsweredBefore: a colleague was first.
        NothingToAppeal: it is right, but the fact was changed or judged anew meanwhile.
        ProofMissing, PaperUnnamed, PaperAhead, NothingProven: right without a paper; AppealTextMissing: no reasons; at
            the field.
    """
    if not policy.may_answer(actor, appeal):
        raise errors.NotAnotherPerson
    found = queries.appeal(session, appeal.public_id, lock=True)
    if found.answered_at is not None:
        raise errors.AnsweredBefore
    words, refused = rules.check_text(answer, "answer"), found.refused
    if upheld:
        if not counts(session, refused, at):
            raise errors.NothingToAppeal
        _right(session, refused, proof, words, actor, at)
    found.upheld, found.answer, found.answered_by_id, found.answered_at = upheld, words, actor.user_id, at
    session.flush()
    _note(session, "appeal_answered", refused, actor, at, upheld=upheld)
    organisation = refused.cooperative.organisation
    mail_each(
        session, people_with(session, organisation.id, Role.BOARD), subject=N_("Antwoord op uw bezwaar voor %(name)s"),
        text=N_("Iemand anders keek opnieuw. Dit is het antwoord:\n\n%(answer)s"),
        facts={"name": organisation.name, "answer": words}, link=f"/cooperatives/{organisation.public_id}/history",
        at=at, key=f"appeal-{found.id}",
    )  # fmt: skip
    return found


def _right(
    session: Session, refused: Judgement | Verification, proof: Proof, words: str, actor: Actor, at: datetime
) -> None:
    """Do what the refusal did not: grade the fact, or verify the profile."""
    if isinstance(refused, Judgement):
        judge_claim(
            session, cooperative=refused.cooperative, code=refused.code, grade=Grade.VERIFIED, proof=proof,
            user_id=actor.user_id, at=at,
        )  # fmt: skip
    else:
        verify_cooperative(
            session, cooperative=refused.cooperative, verified=True, note=words, user_id=actor.user_id, at=at
        )


def _note(
    session: Session, what: str, refused: Judgement | Verification, actor: Actor, at: datetime, **facts: object
) -> None:  # fmt: skip
    about = {"claim": refused.code} if isinstance(refused, Judgement) else {}
    record(
        session, action=f"cooperative.{what}", subject=f"cooperative:{refused.cooperative.organisation.public_id}",
        actor_id=actor.user_id, facts={**about, **facts}, at=at,
    )  # fmt: skip
