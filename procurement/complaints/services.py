"""Complaining, answering, doing what was promised, taking a complaint back."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from procurement.complaints import errors, policy, queries, rules
from procurement.complaints.models import Complaint
from procurement.complaints.rules import About, State, Term
from procurement.tenders.models import Tender
from procurement.tenders.queries import check_visible


def complain(
    session: Session, *, tender: Tender, about: About, text: str, wish: str, term: Term, actor: Actor, at: datetime
) -> Complaint:  # fmt: skip
    """Say what is wrong with a published tender and what one asks.

    Raises:
        MayNotComplain: not of an organisation that may bid, or the buyer itself.
        TenderNotFound: a draft, or one that this reader may not know of.
        ComplaintTooShort, WishMissing: at the field.
    """
    if not policy.SUBMIT.open_to(actor) or actor.organisation_id in {None, tender.buyer_id}:
        raise errors.MayNotComplain
    check_visible(session, tender, actor)
    said, asked = rules.check_complaint(text, wish)
    made = Complaint(
        tender_id=tender.id, organisation_id=actor.organisation_id, about=about, text=said, wish=asked,
        submitted_by_id=actor.user_id, submitted_at=at, answer_by=term.answer_by(local_date(at)), state=State.PENDING,
        answer="", measure="", summary="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "complaint.submitted", tender, made, actor, at)
    involved = queries.involved(session, tender)
    for person in people_with(session, tender.buyer_id, Role.PURCHASER, Role.ASSESSOR):
        if person.id not in involved:
            send_mail(
                session, to=person.email, locale=person.locale, subject=N_("Klacht over %(number)s"),
                text=N_("Er is een klacht over “%(title)s”. U werkte niet mee. Geef antwoord tot en met %(by)s."),
                facts={"number": tender.number, "title": tender.title, "by": made.answer_by},
                link=f"/complaints/{made.public_id}", at=at, key=f"complaint-{made.id}-{person.id}",
            )  # fmt: skip
    return made


def answer_complaint(
    session: Session, *, complaint: Complaint, state: State, answer: str, measure: str = "", summary: str = "",
    actor: Actor, at: datetime,
) -> Complaint:  # fmt: skip
    """Answer as somebody of the buyer who was not in the tender; `summary` is published without names.

    Raises:
        NotHandler, AnswererInvolved: who.
        ComplaintEnded: answered or taken back before.
        AnswerTooShort, MeasureMissing: at the field.
    """
    found = queries.locked(session, complaint.id)
    if not policy.may(actor, policy.HANDLE, found) or state not in rules.ANSWERS:
        raise errors.NotHandler
    rules.check_answerer(actor.user_id, queries.involved(session, found.tender))
    if found.state is not State.PENDING:
        raise errors.ComplaintEnded
    said, done = rules.check_answer(state, answer, measure)
    found.state, found.answer, found.measure, found.summary = state, said, done, summary.strip()
    found.answered_by_id, found.answered_at = actor.user_id, at
    session.flush()
    _note(session, "complaint.answered", found.tender, found, actor, at)
    _tell(
        session, found, N_("Antwoord op uw klacht over %(number)s"),
        N_("De koper beantwoordde uw klacht over “%(title)s”. Lees het antwoord en wat de koper doet."), "answered", at,
    )  # fmt: skip
    return found


def resolve_complaint(session: Session, *, complaint: Complaint, actor: Actor, at: datetime) -> Complaint:
    """Say that what was promised is done.

    Raises:
        NotHandler, NothingToResolve.
    """
    found = queries.locked(session, complaint.id)
    if not policy.may(actor, policy.HANDLE, found):
        raise errors.NotHandler
    if found.state not in rules.RIGHT or found.resolved_at is not None:
        raise errors.NothingToResolve
    found.resolved_by_id, found.resolved_at = actor.user_id, at
    session.flush()
    _note(session, "complaint.resolved", found.tender, found, actor, at)
    _tell(
        session, found, N_("Uw klacht over %(number)s is afgehandeld"),
        N_("De koper deed wat hij beloofde na uw klacht over “%(title)s”."), "resolved", at,
    )  # fmt: skip
    return found


def withdraw_complaint(session: Session, *, complaint: Complaint, actor: Actor, at: datetime) -> Complaint:
    """Take a complaint back before it is answered.

    Raises:
        MayNotComplain: not one's own.
        ComplaintEnded: answered or taken back before.
    """
    found = queries.locked(session, complaint.id)
    if not policy.may(actor, policy.SUBMIT, found):
        raise errors.MayNotComplain
    if found.state is not State.PENDING:
        raise errors.ComplaintEnded
    found.state, found.withdrawn_at = State.WITHDRAWN, at
    session.flush()
    _note(session, "complaint.withdrawn", found.tender, found, actor, at)
    return found


def _note(
    session: Session, action: str, tender: Tender, complaint: Complaint, actor: Actor, at: datetime
) -> None:
    record(
        session, action=action, subject=f"tender:{tender.number}", actor_id=actor.user_id,
        facts={"complaint": str(complaint.public_id), "state": complaint.state.value}, at=at,
    )  # fmt: skip


def _tell(session: Session, complaint: Complaint, subject: str, text: str, key: str, at: datetime) -> None:
    for person in people_with(session, complaint.organisation_id, Role.BOARD, Role.MEMBER):
        send_mail(
            session, to=person.email, locale=person.locale, subject=subject, text=text,
            facts={"number": complaint.tender.number, "title": complaint.tender.title},
            link=f"/complaints/{complaint.public_id}", at=at, key=f"complaint-{key}-{complaint.id}-{person.id}",
        )  # fmt: skip
