"""A tender between publication and closing: followers, the deadline, stopping."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.events import emit
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.advice.rules import Advice, Law, Purchase, advise
from procurement.bands.queries import own_law
from procurement.procedures.models import Admission
from procurement.procedures.rules import (
    Circumstances,
    answer_days,
    least_apply_days,
    least_days,
    row_of,
    years_between,
)
from procurement.tenders import errors, queries, rules
from procurement.tenders.events import DeadlineMoved, DraftSaved, TenderCancelled, TenderUnsuccessful
from procurement.tenders.models import Amendment, Follower, Tender
from procurement.tenders.rules import ENDED, TenderState, state_of

LONGEST_ANSWER_DAYS = 10
"""For a tender that kept no row: the longest there is (Aw 2012, art. 2.54)."""


def advice_for(session: Session, tender: Tender, law: Law, on: date) -> Advice | None:
    """The advice on a draft by its buyer's own bands; None while value or CPV is missing. Needs `tender.buyer`.

    Raises:
        NoDatedTable: no thresholds are known for the day.
    """
    if tender.value_minor is None or tender.cpv is None:
        return None
    years = None
    if tender.starts_on is not None and tender.ends_on is not None:
        years = years_between(tender.starts_on, tender.ends_on)
    purchase = Purchase(
        Money(tender.framework_max_minor or tender.value_minor), Cpv(tender.cpv),
        tender.buyer.anchor_type or "company", on, years,
        tender.buyer.is_contracting_authority,
    )  # fmt: skip
    return advise(purchase, own_law(session, law, tender.buyer, on))


def locked_draft(session: Session, tender: Tender, version: int | None) -> Tender:
    """The draft as it is now, locked.

    Raises:
        NotDraft: published or withdrawn.
        DraftChanged: the form was made from an older version.
    """
    found = queries.locked_tender(session, tender.id)
    if found.published_at is not None or found.cancelled_at is not None:
        raise errors.NotDraft
    if version is not None and version != found.version:
        raise errors.DraftChanged
    return found


def draft_changed(session: Session, tender: Tender, step: str, user_id: int, at: datetime) -> Tender:
    """Write down who changed a locked draft; an earlier review no longer counts. Whoever builds on it may refuse."""
    tender.edited_by_id, tender.edited_at, tender.version = user_id, at, tender.version + 1
    tender.review_asked_at = tender.reviewed_at = tender.reviewed_by_id = None
    session.flush()
    note_act(session, "tender.draft_changed", tender, user_id, at, step=step, version=tender.version)
    emit(session, DraftSaved(tender.id))
    return tender


def admit(session: Session, *, tender_id: int, organisation_id: int, at: datetime) -> None:
    """Let an invited or selected organisation see and bid, for good. Twice the same changes nothing."""
    session.execute(
        insert(Admission)
        .values(tender_id=tender_id, organisation_id=organisation_id, admitted_at=at)
        .on_conflict_do_nothing()
    )


def circumstances(tender: Tender) -> Circumstances:
    """What shortens or lengthens the minimum terms of a tender."""
    return Circumstances(
        urgent=bool(tender.urgent_reason), prior_notice=tender.prior_notice_on is not None,
        documents_free=tender.documents_free,
    )  # fmt: skip


def check_terms(
    tender: Tender, *, published_at: datetime, closes_at: datetime, questions_until: datetime | None,
    apply_until: datetime | None = None,
) -> None:  # fmt: skip
    """The minimum terms by the row the tender started with, at publishing and at every change of a date.

    Raises:
        ProcedureUnknown: no procedure was chosen.
        ApplyUntilMissing, TermTooShort, QuestionsUntilMissing, QuestionsAlreadyClosed, AnswersTooLate: at the field.
    """
    row, case = row_of(tender.procedure_facts), circumstances(tender)
    if row is None:
        if tender.published_at is None:
            raise errors.ProcedureUnknown
        return
    starts = published_at
    if row.apply_days:
        if apply_until is None:
            raise errors.ApplyUntilMissing(field="apply_until")
        rules.check_term(published_at, apply_until, least_apply_days(row, case), field="apply_until")
        starts = apply_until
    rules.check_dates(
        published_at=published_at, starts_at=starts, questions_until=questions_until, closes_at=closes_at,
        min_days=least_days(row, case), answer_days=answer_days(row, case), enquiries=row.enquiries,
    )  # fmt: skip


def follow_tender(
    session: Session, *, tender_id: int, organisation_id: int, at: datetime, follows: bool = True
) -> None:
    """Let an organisation hear of every change, or no longer. Twice the same changes nothing."""
    if not follows:
        session.execute(
            delete(Follower).where(
                Follower.tender_id == tender_id, Follower.organisation_id == organisation_id
            )
        )
        return
    session.execute(
        insert(Follower)
        .values(tender_id=tender_id, organisation_id=organisation_id, since=at)
        .on_conflict_do_nothing()
    )


def tell_followers(
    session: Session,
    *,
    tender: Tender,
    subject: str,
    text: str,
    facts: Mapping[str, object],
    key: str,
    at: datetime,
) -> int:
    """Write a letter to everyone who follows; returns how many. `key` makes each letter go out once."""
    people = queries.readers(session, tender.id)
    mail_each(
        session, people, subject=subject, text=text, facts={"number": tender.number, "title": tender.title, **facts},
        link=f"/tenders/{tender.number}", at=at, key=key,
    )  # fmt: skip
    return len(people)


def days_for_answers(tender: Tender) -> int:
    """How many days before closing answers are out, by the tender's own row; 0 where nobody asks."""
    row = row_of(tender.procedure_facts)
    return LONGEST_ANSWER_DAYS if row is None else answer_days(row, circumstances(tender))


def answers_until(tender: Tender, closes_at: datetime) -> datetime | None:
    """The last instant for answers; None where nobody asks."""
    days = days_for_answers(tender)
    return rules.answers_until(closes_at, days) if days else None


def move_deadline(
    session: Session, *, tender: Tender, closes_at: datetime, questions_until: datetime | None = None, reason: str,
    user_id: int, at: datetime,
) -> Amendment:  # fmt: skip
    """Rectify: close later, with a reason that everyone who follows reads. `questions_until` None leaves it.

    Raises:
        NotOpen: not published, or stopped.
        DeadlinePassed, DeadlineNotLater, QuestionsNotEarlier, ReasonMissing, TermTooShort, AnswersTooLate: input.
    """
    tender = queries.locked_tender(session, tender.id)
    if tender.published_at is None or tender.closes_at is None:
        raise errors.NotOpen
    if state_of(tender, at) is TenderState.CANCELLED:
        raise errors.NotOpen
    asked = questions_until or tender.questions_until
    rules.check_move(
        closes_at=tender.closes_at, questions_until=tender.questions_until, new_closes_at=closes_at,
        new_questions_until=asked, reason=reason, at=at,
    )  # fmt: skip
    check_terms(
        tender, published_at=tender.published_at, closes_at=closes_at, questions_until=asked,
        apply_until=tender.apply_until,
    )  # fmt: skip
    change = Amendment(
        tender_id=tender.id, made_at=at, made_by_id=user_id, reason=reason.strip(),
        closed_at_before=tender.closes_at, closes_at=closes_at, questions_until=asked,
    )  # fmt: skip
    session.add(change)
    tender.closes_at, tender.questions_until = closes_at, asked
    tender.answers_until = answers_until(tender, closes_at)
    tender.version += 1
    session.flush()
    tell_followers(
        session, tender=tender, subject=N_("%(number)s sluit later"),
        text=N_("De aanbesteding “%(title)s” sluit later: %(closes_at)s. De reden:\n\n%(reason)s"),
        facts={"closes_at": closes_at, "reason": change.reason}, key=f"amendment-{change.id}", at=at,
    )  # fmt: skip
    note_act(
        session, "tender.deadline_moved", tender, user_id, at,
        **{"from": change.closed_at_before.isoformat(), "to": closes_at.isoformat()},
    )  # fmt: skip
    emit(session, DeadlineMoved(tender.id))
    return change


def mark_opened(session: Session, *, tender: Tender, at: datetime) -> None:
    """Write down that the bids were opened; `at` is the database's instant. The caller holds the tender locked."""
    tender.opened_at = at
    session.flush()


def mark_unsuccessful(session: Session, *, tender: Tender, reason: str, user_id: int, at: datetime) -> None:
    """End a tender without a result, and tell who follows. The caller holds the tender locked and knows it may.

    Raises:
        ReasonMissing: no reason.
    """
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    tender.unsuccessful_at, tender.unsuccessful_reason = at, reason.strip()
    session.flush()
    tell_followers(
        session, tender=tender, subject=N_("%(number)s eindigt zonder resultaat"),
        text=N_("De aanbesteding “%(title)s” eindigt zonder resultaat. De reden:\n\n%(reason)s"),
        facts={"reason": tender.unsuccessful_reason}, key=f"unsuccessful-{tender.id}", at=at,
    )  # fmt: skip
    note_act(session, "tender.unsuccessful", tender, user_id, at)
    emit(session, TenderUnsuccessful(tender.id))


def cancel_tender(session: Session, *, tender: Tender, reason: str, user_id: int, at: datetime) -> Tender:
    """Stop a tender, or put a draft away. The page stays, with the reason.

    Raises:
        ReasonMissing: no reason.
        CannotCancel: awarded, finished or stopped before.
    """
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    tender = queries.locked_tender(session, tender.id)
    if state_of(tender, at) in ENDED:
        raise errors.CannotCancel
    public = tender.published_at is not None
    tender.cancelled_at, tender.cancel_reason, tender.version = at, reason.strip(), tender.version + 1
    session.flush()
    if public:
        tell_followers(
            session, tender=tender, subject=N_("%(number)s is gestopt"),
            text=N_("De aanbesteding “%(title)s” is gestopt. De reden:\n\n%(reason)s"),
            facts={"reason": tender.cancel_reason}, key=f"cancelled-{tender.id}", at=at,
        )  # fmt: skip
        emit(session, TenderCancelled(tender.id))
    note_act(session, "tender.cancelled" if public else "tender.withdrawn", tender, user_id, at)
    return tender


def _step(session: Session, tender_id: int, at: datetime, *states: TenderState) -> Tender:
    """The tender, locked, if it is in one of these states.

    Raises:
        OutOfOrder: it is not.
    """
    tender = queries.locked_tender(session, tender_id)
    if state_of(tender, at) not in states:
        raise errors.OutOfOrder
    tender.version += 1
    return tender


def freeze_scores(session: Session, *, tender_id: int, at: datetime) -> Tender:
    """The panel is done: no score changes any more.

    Raises:
        OutOfOrder: not opened, or frozen before.
    """
    tender = _step(session, tender_id, at, TenderState.OPENED)
    tender.scores_frozen_at = at
    session.flush()
    return tender


def send_decision(session: Session, *, tender_id: int, standstill_until: datetime, at: datetime) -> Tender:
    """The award decision went out; nobody signs before `standstill_until`.

    Raises:
        OutOfOrder: scores are not frozen, or a decision was sent before.
    """
    tender = _step(session, tender_id, at, TenderState.EVALUATED)
    tender.decided_at, tender.standstill_until = at, standstill_until
    session.flush()
    return tender


def extend_standstill(session: Session, *, tender_id: int, until: datetime, at: datetime) -> Tender:
    """The buyer waits longer than was announced.

    Raises:
        OutOfOrder: no standstill runs.
    """
    tender = _step(session, tender_id, at, TenderState.STANDSTILL)
    tender.standstill_until = until
    session.flush()
    return tender


def take_back_decision(session: Session, *, tender_id: int, at: datetime) -> Tender:
    """A decision was withdrawn before it became definitive: the scores stand, another decision may follow.

    Raises:
        OutOfOrder: nothing was decided, or it is definitive.
    """
    tender = _step(session, tender_id, at, TenderState.STANDSTILL, TenderState.DECISION_SENT)
    tender.decided_at = tender.standstill_until = None
    session.flush()
    return tender


def award_tender(session: Session, *, tender_id: int, at: datetime) -> Tender:
    """The award is definitive.

    Raises:
        OutOfOrder: no decision, its standstill runs, or it is done.
    """
    tender = _step(session, tender_id, at, TenderState.DECISION_SENT)
    tender.awarded_at = at
    session.flush()
    return tender


def complete_tender(session: Session, *, tender_id: int, at: datetime) -> Tender:
    """The contract was signed by both.

    Raises:
        OutOfOrder: not awarded, or complete before.
    """
    tender = _step(session, tender_id, at, TenderState.AWARDED)
    tender.completed_at = at
    session.flush()
    return tender


def end_unsuccessful(session: Session, *, tender_id: int, reason: str, at: datetime) -> Tender:
    """Opened, but nothing can be awarded.

    Raises:
        ReasonMissing: no reason.
        OutOfOrder: not opened, or decided.
    """
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    tender = _step(session, tender_id, at, TenderState.OPENED, TenderState.EVALUATED)
    tender.unsuccessful_at, tender.unsuccessful_reason = at, reason.strip()
    session.flush()
    emit(session, TenderUnsuccessful(tender.id))
    return tender


def note_act(
    session: Session, action: str, tender: Tender, who: Actor | int | None, at: datetime, **facts: object
) -> None:
    """Write an act around a tender down; `who`: somebody at work, the key of a user, or nobody."""
    actor_id = who.user_id if isinstance(who, Actor) else who
    record(session, action=action, subject=f"tender:{tender.number}", actor_id=actor_id, facts=facts, at=at)
