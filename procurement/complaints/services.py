"""Complaining, answering, doing what was promised, taking a complaint back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from cwb.identity.models import User
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.complaints import errors, policy, queries, rules
from procurement.complaints.events import ComplaintPublished
from procurement.complaints.models import Complaint
from procurement.complaints.rules import About, State, Term
from procurement.tenders.models import Tender
from procurement.tenders.queries import check_visible
from procurement.tenders.services import note_act


def complain(
    session: Session, *, tender: Tender, about: About, text: str, wish: str, lots: Sequence[int] = (), term: Term,
    actor: Actor, at: datetime,
) -> Complaint:  # fmt: skip
    """Say what is wrong with a published tender and what one asks; `lots` are numbers of the lots it is about.

    A complaint stops nothing by itself, whatever lots it names: the buyer may wait longer with these lots.

    Raises:
        MayNotComplain: not of an organisation that may bid, or the buyer itself.
        TenderNotFound: a draft, or one that this reader may not know of.
        ComplaintTooShort, WishMissing, LotUnknown: at the field.
    """
    if not policy.SUBMIT.open_to(actor) or actor.organisation_id in {None, tender.buyer_id}:
        raise errors.MayNotComplain
    check_visible(session, tender, actor)
    said, asked = rules.check_complaint(text, wish)
    numbers = queries.lot_keys(session, tender.id)
    if any(each not in numbers for each in lots):
        raise errors.LotUnknown(field="lots")
    made = Complaint(
        tender_id=tender.id, organisation_id=actor.organisation_id, about=about, text=said, wish=asked,
        submitted_by_id=actor.user_id, submitted_at=at, answer_by=term.answer_by(local_date(at)), state=State.PENDING,
        answer="", measure="", summary="", lot_ids=sorted(numbers[each] for each in lots),
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "complaint.submitted", tender, made, actor, at)
    made, free = queries.locked(session, made.id), queries.free(session, tender)
    everybody = people_with(session, tender.buyer_id, *queries.HANDLERS)
    _mail(
        session,
        made,
        free or everybody,
        N_("Klacht over %(number)s"),
        _YOURS if free else _NOBODYS,
        "new",
        at,
    )
    return made


_YOURS = N_("Er is een klacht over “%(title)s”. U werkte niet mee. Geef antwoord tot en met %(by)s.")
_NOBODYS = N_(
    "Er is een klacht over “%(title)s”. Bij u werkte iedereen mee. Vraag iemand van het programma om antwoord. "
    "Het antwoord moet er zijn tot en met %(by)s."
)


def ask_stand_in(
    session: Session, *, complaint: Complaint, person: int, actor: Actor, at: datetime
) -> Complaint:
    """Ask somebody of the programme, by name, to answer where nobody of the buyer was outside the tender.

    Asking again, while there is no answer, asks somebody else instead.

    Raises:
        NotHandler: not of the buyer.
        ComplaintEnded: answered or taken back before.
        SomebodyIsFree: a colleague can answer.
        NoStandIn: at the field `person`.
    """
    found = queries.locked(session, complaint.id)
    if not policy.may(actor, policy.RESOLVE, found):
        raise errors.NotHandler
    if found.state is not State.PENDING:
        raise errors.ComplaintEnded
    candidates = {each.id: each for each in queries.stand_ins(session, found)}
    free = [each.id for each in queries.free(session, found.tender)]
    rules.check_stand_in(person, free=free, candidates=candidates)
    found.stand_in_id, found.stand_in_by_id, found.stand_in_at = person, actor.user_id, at
    session.flush()
    _note(session, "complaint.stand_in_asked", found.tender, found, actor, at)
    _mail(
        session, found, [candidates[person]], N_("Beantwoord een klacht over %(number)s"),
        N_("Een koper vraagt u om een klacht over “%(title)s” te beantwoorden. Daar werkte iedereen mee. "
           "Geef antwoord tot en met %(by)s."), "asked", at,
    )  # fmt: skip
    return found


def publish_outcome(
    session: Session, *, complaint: Complaint, summary: str, actor: Actor, at: datetime
) -> Complaint:
    """Publish what came of a complaint after it was answered, without names: once, by whoever answered.

    Raises:
        NotAnswerer: somebody else, or there is no answer.
        PublishedBefore: with the answer, or later.
        SummaryMissing: at the field `summary`.
    """
    found = queries.locked(session, complaint.id)
    if not policy.may(actor, policy.HANDLE, found) or found.answered_by_id != actor.user_id:
        raise errors.NotAnswerer
    if found.published_at is not None:
        raise errors.PublishedBefore
    if not summary.strip():
        raise errors.SummaryMissing(field="summary")
    _publish(session, found, summary, actor, at)
    _note(session, "complaint.published", found.tender, found, actor, at)
    return found


def _publish(session: Session, complaint: Complaint, summary: str, actor: Actor, at: datetime) -> None:
    complaint.summary, complaint.published_by_id, complaint.published_at = summary.strip(), actor.user_id, at
    session.flush()
    emit(session, ComplaintPublished(complaint.tender_id))


def answer_complaint(
    session: Session, *, complaint: Complaint, state: State, answer: str, measure: str = "", summary: str = "",
    actor: Actor, at: datetime,
) -> Complaint:  # fmt: skip
    """Answer as somebody of the buyer, or whom it asked, who was not in the tender.

    `summary` is published at once, without names; empty: nothing now.

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
    found.state, found.answer, found.measure = state, said, done
    found.answered_by_id, found.answered_at = actor.user_id, at
    if summary.strip():
        _publish(session, found, summary, actor, at)
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
    if not policy.may(actor, policy.RESOLVE, found):
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
    """Take a complaint back before it is answered; whoever was asked to answer hears it.

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
    people = queries.free(session, found.tender) or people_with(
        session, found.tender.buyer_id, *queries.HANDLERS
    )
    asked = [] if found.stand_in_id is None else [session.get_one(User, found.stand_in_id)]
    _mail(
        session, found, [*people, *asked], N_("De klacht over %(number)s is ingetrokken"),
        N_("Wie klaagde over “%(title)s”, trok de klacht in. U hoeft niets meer te doen."), "withdrawn", at,
    )  # fmt: skip
    return found


def _note(
    session: Session, action: str, tender: Tender, complaint: Complaint, actor: Actor, at: datetime
) -> None:
    note_act(
        session, action, tender, actor, at, complaint=str(complaint.public_id), state=complaint.state.value
    )


def _tell(session: Session, complaint: Complaint, subject: str, text: str, key: str, at: datetime) -> None:
    people = people_with(session, complaint.organisation_id, Role.BOARD, Role.MEMBER)
    _mail(session, complaint, people, subject, text, key, at)


def _mail(
    session: Session, complaint: Complaint, people: Iterable[User], subject: str, text: str, key: str, at: datetime
) -> None:  # fmt: skip
    mail_each(
        session, people, subject=subject, text=text,
        facts={"number": complaint.tender.number, "title": complaint.tender.title, "by": complaint.answer_by},
        link=f"/complaints/{complaint.public_id}", at=at, key=f"complaint-{key}-{complaint.id}",
    )  # fmt: skip
