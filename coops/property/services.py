"""Announcing, publishing, being interested, deciding."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coops.initiatives.models import Initiative
from coops.property import errors, policy, queries, rules
from coops.property.models import PropertyInterest, PropertyNotice, PropertyTest
from coops.property.rules import CriterionTest, NoticeFacts, Stage, Window
from coops.support.services import party_of
from cwb.audit.services import record
from cwb.identity.models import User
from cwb.identity.queries import involved_in, people_with
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each


def announce(session: Session, *, facts: NoticeFacts, actor: Actor, at: datetime) -> PropertyNotice:
    """Write down an intended sale or lease; a second person publishes it.

    Raises:
        Forbidden: for no organisation, or in another role.
        TextMissing, PlaceMissing, AreaWrong, ReasonTooShort: at the field.
    """
    if actor.organisation_id is None or not policy.OWN.open_to(actor):
        raise Forbidden
    made = PropertyNotice(
        facts=facts, organisation_id=actor.organisation_id, made_by_id=actor.user_id, made_at=at
    )
    session.add(made)
    session.flush()
    _note(session, "announced", made, actor, at)
    return made


def change(
    session: Session, *, notice: PropertyNotice, facts: NoticeFacts, actor: Actor, at: datetime
) -> PropertyNotice:
    """Write it anew, as long as it is not public; somebody else tests the criteria again.

    Raises:
        Forbidden: not of the owner. WrongMoment: published or withdrawn before.
        What `rules.check_notice` raises: at the field.
    """
    found = _owned(session, notice, actor)
    rules.check_stage(found.stage(at), Stage.DRAFT, Stage.RETURNED)
    found.say(facts)
    found.made_by_id, found.made_at, found.returned_at = actor.user_id, at, None
    session.flush()
    _note(session, "changed", found, actor, at)
    return found


def publish(
    session: Session, *, notice: PropertyNotice, tests: Sequence[CriterionTest], windows: Sequence[Window],
    actor: Actor, at: datetime,
) -> PropertyNotice:  # fmt: skip
    """Test each criterion as a second person. All fit: it is public and the term begins; else it goes back.

    Raises:
        Forbidden: not of the owner. SecondPerson: who wrote it. WrongMoment: published or withdrawn before.
        WindowMissing. CriteriaChanged: not those that stand there. NoteTooShort, BsnFound: at the field.
    """
    found = _owned(session, notice, actor)
    rules.check_stage(found.stage(at), Stage.DRAFT)
    rules.check_second(actor.user_id, found.made_by_id)
    fit = rules.all_pass(rules.to_test(found.criteria, found.sole_reason), tests)
    found.tests += [PropertyTest(said=each, tested_by_id=actor.user_id, tested_at=at) for each in tests]
    if not fit:
        return _send_back(session, found, actor, at)
    session.flush()
    day = local_date(at)
    window = rules.window_on(windows, day)
    found.published_at, found.published_by_id = at, actor.user_id
    found.closes_on, found.decide_by = window.closes_on(day), window.decide_by(day)
    session.flush()
    _note(session, "published", found, actor, at)
    return found


def _send_back(session: Session, found: PropertyNotice, actor: Actor, at: datetime) -> PropertyNotice:
    found.returned_at = at
    session.flush()
    _note(session, "returned", found, actor, at)
    reason = "\n".join(f"{each.criterion}: {each.note}" for each in found.latest if each.lacks)
    mail_each(
        session, [session.get_one(User, found.made_by_id)], subject=N_("Pas uw voornemen aan: %(title)s"),
        text=N_("Een collega toetste de criteria van “%(title)s”. Dit moet anders:\n\n%(reason)s"),
        facts={"title": found.title, "reason": reason}, link=f"/property/{found.public_id}", at=at,
        key=f"property-{found.id}-returned-{at:%Y%m%d%H%M%S}",
    )  # fmt: skip
    return found


def withdraw_notice(
    session: Session, *, notice: PropertyNotice, reason: str, actor: Actor, at: datetime
) -> PropertyNotice:
    """Take it back with a reason; it stays to read, and whoever was interested is told.

    Raises:
        Forbidden. WrongMoment: decided or withdrawn before. ReasonTooShort: at the field.
    """
    found = _owned(session, notice, actor)
    rules.check_stage(found.stage(at), Stage.DRAFT, Stage.RETURNED, Stage.OPEN, Stage.DECIDING)
    found.close_reason = rules.told(reason, "reason")
    found.closed_at, found.closed_by_id = at, actor.user_id
    session.flush()
    _note(session, "withdrawn", found, actor, at)
    _tell(
        session, found, "withdrawn", N_("Een voornemen met vastgoed is ingetrokken"), found.close_reason, at
    )
    return found


def show_interest(
    session: Session, *, notice: PropertyNotice, initiative: Initiative | None, text: str, actor: Actor, at: datetime
) -> PropertyInterest:  # fmt: skip
    """Say that one's cooperative or initiative is interested, and how it meets the criteria.

    Raises:
        Forbidden: for somebody else. InitiativeStopped. WrongMoment: not within the term.
        AlreadyInterested. ReasonTooShort: at the field.
    """
    found = queries.held(session, notice.id)
    rules.check_stage(found.stage(at), Stage.OPEN)
    party = party_of(session, initiative=initiative, actor=actor)
    made = PropertyInterest(
        notice_id=found.id, text=rules.told(text, "text"), made_by_id=actor.user_id, made_at=at, **party
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as fault:
        raise errors.AlreadyInterested from fault
    _note(session, "interested", found, actor, at)
    return made


def withdraw_interest(
    session: Session, *, notice: PropertyNotice, public_id: str, actor: Actor, at: datetime
) -> PropertyInterest:
    """Take an interest back; it stays to read as withdrawn.

    Raises:
        InterestNotFound: none. Forbidden: another's. WrongMoment: decided or withdrawn.
    """
    found = queries.held(session, notice.id)
    rules.check_stage(found.stage(at), Stage.OPEN, Stage.DECIDING)
    one = queries.interest(found, public_id)
    if not policy.wants(actor, one):
        raise Forbidden
    if found.chosen_id == one.id:
        _clear(found)
    one.withdrawn_at = at
    session.flush()
    _note(session, "interest_withdrawn", found, actor, at)
    return one


def propose_decision(
    session: Session, *, notice: PropertyNotice, chosen: str, reasons: str, actor: Actor, at: datetime
) -> PropertyNotice:
    """Propose, after the term, who is chosen by the criteria, or that nobody is; a second person decides.

    Raises:
        Forbidden, NotImpartial. WrongMoment: too early, or proposed or decided before.
        InterestNotFound: not one who is interested. ReasonTooShort: at the field.
    """
    found = _deciding(session, notice, actor, at)
    if found.proposed_at is not None:
        raise errors.WrongMoment
    found.chosen_id = queries.interest(found, chosen).id if chosen else None
    found.reasons = rules.told(reasons, "reasons")
    found.proposed_at, found.proposed_by_id = at, actor.user_id
    session.flush()
    _note(session, "proposed", found, actor, at)
    return found


def decide(
    session: Session, *, notice: PropertyNotice, agrees: bool, actor: Actor, at: datetime
) -> PropertyNotice:
    """Take the proposed decision as a second person, or send it back for another proposal.

    Raises:
        Forbidden, NotImpartial, SecondPerson. WrongMoment: nothing was proposed, or it was decided.
    """
    found = _deciding(session, notice, actor, at)
    if found.proposed_at is None:
        raise errors.WrongMoment
    rules.check_second(actor.user_id, found.proposed_by_id)
    if agrees:
        found.decided_at, found.decided_by_id = at, actor.user_id
    else:
        _clear(found)
    session.flush()
    _note(session, "decided" if agrees else "sent_back", found, actor, at)
    if agrees:
        _tell(session, found, "decided", N_("Besluit over vastgoed"), found.reasons, at)
    return found


def _clear(found: PropertyNotice) -> None:
    found.chosen_id = found.proposed_at = found.proposed_by_id = None
    found.reasons = ""


def _owned(session: Session, notice: PropertyNotice, actor: Actor) -> PropertyNotice:
    found = queries.held(session, notice.id)
    if not policy.owns(actor, found):
        raise Forbidden
    return found


def _deciding(session: Session, notice: PropertyNotice, actor: Actor, at: datetime) -> PropertyNotice:
    found = _owned(session, notice, actor)
    rules.check_stage(found.stage(at), Stage.DECIDING)
    parties = [each.organisation_id for each in queries.standing(found) if each.organisation_id is not None]
    behind = {each.made_by_id for each in found.interests}
    if actor.user_id in behind or involved_in(session, actor.user_id, parties):
        raise errors.NotImpartial
    return found


def _tell(session: Session, found: PropertyNotice, key: str, subject: str, reason: str, at: datetime) -> None:
    """Mail everybody who is or was interested."""
    people: dict[int, User] = {}
    for each in found.interests:
        told = [session.get_one(User, each.made_by_id)]
        if each.organisation_id is not None:
            told += people_with(session, each.organisation_id, Role.BOARD)
        people |= {person.id: person for person in told if person.erased_at is None}
    mail_each(
        session, people.values(), subject=subject, text=N_("Het gaat om “%(title)s”. De reden: %(reason)s"),
        facts={"title": found.title, "reason": reason}, link=f"/property/{found.public_id}", at=at,
        key=f"property-{found.id}-{key}",
    )  # fmt: skip


def _note(session: Session, what: str, found: PropertyNotice, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"property.{what}", subject=f"property:{found.public_id}", actor_id=actor.user_id,
        facts={"deal": found.deal, "area": found.area, "reasons": found.reasons}, at=at,
    )  # fmt: skip
