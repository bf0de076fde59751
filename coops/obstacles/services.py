"""Reporting, reading first, and answering."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.obstacles import errors, policy, queries, rules
from coops.obstacles.models import Obstacle, ObstacleAddition
from coops.obstacles.rules import ObstacleFacts, Outcome
from cwb.audit.services import record
from cwb.identity.models import User
from cwb.identity.queries import people_with
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail


def report_obstacle(
    session: Session, *, facts: ObstacleFacts, obstacle: Obstacle | None = None, actor: Actor, at: datetime
) -> Obstacle:
    """Report a rule that stood in the way, or send in again what was returned.

    Raises:
        Forbidden: another's. AlreadyPublic: it can no longer change.
        RuleBroken: one of `rules.check_obstacle`.
    """
    rules.check_obstacle(facts)
    found = obstacle and queries.obstacle(session, obstacle.public_id, actor, locked=True)
    if found is None:
        found = Obstacle(
            organisation_id=None if actor.helps else actor.organisation_id,
            reported_by_id=actor.user_id,
            answer="",
            returned="",
        )
        session.add(found)
    elif not policy.may(actor, policy.REPORT, found):
        raise Forbidden
    elif found.published_at is not None:
        raise errors.AlreadyPublic
    found.rule, found.owner, found.case_text = facts.rule.strip(), facts.owner.strip(), facts.case.strip()
    found.owner_id, found.is_anonymous, found.reported_at = facts.owner_id, facts.is_anonymous, at
    found.returned = ""
    session.flush()
    return found


def publish_obstacle(session: Session, *, obstacle: Obstacle, actor: Actor, at: datetime) -> Obstacle:
    """Make it public after reading it; who owns the rule is asked to answer.

    Raises:
        OwnReport: a second person reads it. Forbidden. AlreadyPublic.
    """
    found = _unpublished(session, obstacle, actor)
    found.published_by_id, found.published_at = actor.user_id, at
    session.flush()
    record(
        session,
        action="obstacle.published",
        subject=f"obstacle:{found.public_id}",
        actor_id=actor.user_id,
        at=at,
    )
    if found.owner_id is not None:
        for person in people_with(session, found.owner_id, Role.PURCHASER):
            _mail(
                session, person, found, N_("Een obstakel dat u kunt wegnemen: %(title)s"),
                N_("Iemand liep vast op “%(title)s”. Lees wat er gebeurde en antwoord binnen %(days)s dagen."),
                key="public", at=at,
            )  # fmt: skip
    return found


def return_obstacle(
    session: Session, *, obstacle: Obstacle, reason: str, actor: Actor, at: datetime
) -> Obstacle:
    """Send it back before it is public, saying what must be otherwise (a name in it, say).

    Raises:
        OwnReport, Forbidden, AlreadyPublic. ReasonMissing: at the field.
    """
    if not reason.strip():
        raise errors.ReasonMissing(field="text")
    found = _unpublished(session, obstacle, actor)
    found.returned = reason.strip()
    session.flush()
    _mail(
        session, session.get_one(User, found.reported_by_id), found, N_("Pas uw melding aan: %(title)s"),
        N_("Wij lazen “%(title)s”. Er moet nog iets anders voordat iedereen het leest. Open de pagina."),
        key=f"returned-{at:%Y%m%d%H%M%S}", at=at,
    )  # fmt: skip
    return found


def answer_obstacle(
    session: Session, *, obstacle: Obstacle, answer: str, outcome: Outcome, actor: Actor, at: datetime
) -> Obstacle:
    """Answer in public, once; who reported it gets a mail.

    Raises:
        Forbidden: who does not own the rule. NotPublic, AlreadyAnswered.
        AnswerMissing, AnswerTooShort: at the field.
    """
    found = queries.obstacle(session, obstacle.public_id, actor, locked=True)
    if not policy.may(actor, policy.ANSWER, found):
        raise Forbidden
    if found.published_at is None:
        raise errors.NotPublic
    if found.answered_at is not None:
        raise errors.AlreadyAnswered
    found.give_answer(answer, outcome, user_id=actor.user_id, at=at)
    session.flush()
    record(
        session,
        action="obstacle.answered",
        subject=f"obstacle:{found.public_id}",
        actor_id=actor.user_id,
        at=at,
    )
    _mail(
        session, session.get_one(User, found.reported_by_id), found, N_("Antwoord op uw melding: %(title)s"),
        N_("Er is een antwoord op “%(title)s”. Iedereen kan het lezen."), key="answered", at=at,
    )  # fmt: skip
    return found


def add_to_answer(
    session: Session, *, obstacle: Obstacle, text: str, actor: Actor, at: datetime
) -> ObstacleAddition:
    """Add to an answer later; the answer itself stays. Who reported it gets a mail.

    Raises:
        Forbidden: who does not own the rule. NotAnswered. TextTooShort: at the field.
    """
    found = queries.obstacle(session, obstacle.public_id, actor, locked=True)
    if not policy.may(actor, policy.ANSWER, found):
        raise Forbidden
    if found.answered_at is None:
        raise errors.NotAnswered
    made = ObstacleAddition(text=text, added_by_id=actor.user_id, added_at=at)
    found.additions.append(made)
    session.flush()
    record(
        session, action="obstacle.added", subject=f"obstacle:{found.public_id}", actor_id=actor.user_id, at=at
    )
    _mail(
        session, session.get_one(User, found.reported_by_id), found, N_("Meer over uw melding: %(title)s"),
        N_("Er kwam iets bij het antwoord op “%(title)s”. Iedereen kan het lezen."), key=f"added-{made.id}", at=at,
    )  # fmt: skip
    return made


def _unpublished(session: Session, obstacle: Obstacle, actor: Actor) -> Obstacle:
    found = queries.obstacle(session, obstacle.public_id, actor, locked=True)
    if found.published_at is not None:
        raise errors.AlreadyPublic
    if not policy.CHECK.open_to(actor):
        raise Forbidden
    if not policy.may(actor, policy.CHECK, found):
        raise errors.OwnReport
    return found


def _mail(
    session: Session, person: User, found: Obstacle, subject: str, text: str, *, key: str, at: datetime
) -> None:
    if person.email:
        send_mail(
            session, to=person.email, locale=person.locale, subject=subject, text=text,
            facts={"title": found.rule, "days": rules.TERM.days}, link=f"/obstacles/{found.public_id}", at=at,
            key=f"obstacle-{key}-{found.id}-{person.id}",
        )  # fmt: skip
