"""Use cases of appeals: make one, answer it."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coops.appeals import errors, policy, queries, rules
from coops.appeals.models import Appeal
from coops.register.models import Judgement
from coops.register.queries import facts_of
from coops.register.rules import Grade
from coops.register.services import judge_claim
from cwb.audit.services import record
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each


def counts(session: Session, judgement: Judgement, at: datetime) -> bool:
    """Whether this refusal is what counts now for its fact."""
    facts = facts_of(session, judgement.cooperative, at)
    return any(fact.is_refused and fact.judgement is judgement for fact in facts)


def make_appeal(session: Session, *, judgement: Judgement, text: str, actor: Actor, at: datetime) -> Appeal:
    """Say why one does not agree with a refusal; somebody else at the programme will answer.

    Raises:
        AppealNotFound: another cooperative's.
        NothingToAppeal, AppealTooLate, AppealedBefore; AppealTextMissing at the field.
    """
    if not policy.may_appeal(actor, judgement.cooperative):
        raise errors.AppealNotFound
    rules.check_submit(
        is_refused=counts(session, judgement, at),
        decided_on=local_date(judgement.decided_at),
        today=local_date(at),
    )
    made = Appeal(
        judgement_id=judgement.id, text=rules.check_text(text, "text"), made_by_id=actor.user_id, made_at=at,
        answer_by=rules.answer_by(local_date(at)), answer="",
    )  # fmt: skip
    session.add(made)
    try:
        session.flush()
    except IntegrityError as fault:
        raise errors.AppealedBefore from fault
    _note(session, "appealed", judgement, actor, at)
    return made


def answer_appeal(
    session: Session, *, appeal: Appeal, upheld: bool, paper: str, answer: str, actor: Actor, at: datetime
) -> Appeal:
    """Answer an appeal as another person. Right: the fact gets grade E3 on the named paper, by who answers.

    Raises:
        NotAnotherPerson: who refused, filled in or coaches.
        AnsweredBefore: a colleague was first.
        NothingToAppeal: it is right, but the fact was changed or judged anew meanwhile.
        ProofMissing: right without a paper; AppealTextMissing: no reasons; at the field.
    """
    if not policy.may_answer(actor, appeal, appeal.judgement.cooperative):
        raise errors.NotAnotherPerson
    found = queries.appeal(session, appeal.public_id, lock=True)
    if found.answered_at is not None:
        raise errors.AnsweredBefore
    words, judgement = rules.check_text(answer, "answer"), found.judgement
    if upheld:
        if not counts(session, judgement, at):
            raise errors.NothingToAppeal
        judge_claim(
            session, cooperative=judgement.cooperative, code=judgement.code, grade=Grade.VERIFIED, paper=paper,
            paper_id=None, reason="", user_id=actor.user_id, at=at,
        )  # fmt: skip
    found.upheld, found.answer, found.answered_by_id, found.answered_at = upheld, words, actor.user_id, at
    session.flush()
    _note(session, "appeal_answered", judgement, actor, at, upheld=upheld)
    organisation = judgement.cooperative.organisation
    mail_each(
        session, people_with(session, organisation.id, Role.BOARD), subject=N_("Antwoord op uw bezwaar voor %(name)s"),
        text=N_("Iemand anders keek opnieuw naar het feit. Dit is het antwoord:\n\n%(answer)s"),
        facts={"name": organisation.name, "answer": words}, link=f"/cooperatives/{organisation.public_id}/history",
        at=at, key=f"appeal-{found.id}",
    )  # fmt: skip
    return found


def _note(
    session: Session, what: str, judgement: Judgement, actor: Actor, at: datetime, **facts: object
) -> None:
    record(
        session, action=f"cooperative.{what}", subject=f"cooperative:{judgement.cooperative.organisation.public_id}",
        actor_id=actor.user_id, facts={"claim": judgement.code, **facts}, at=at,
    )  # fmt: skip
