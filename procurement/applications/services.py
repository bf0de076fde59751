"""Applying until the deadline, and selecting after it. Until then nobody but the applicant knows of an application."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.identity.queries import people_with
from cwb.kernel.events import emit
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.applications import errors, policy, queries, rules
from procurement.applications.models import Application
from procurement.applications.rules import Choice, Content
from procurement.procedures.rules import Access, least_days, row_of
from procurement.sealing import rules as sealing
from procurement.sealing.gateway import HouseKeys
from procurement.tenders import queries as tenders
from procurement.tenders.errors import TermTooShort
from procurement.tenders.events import DeadlineMoved
from procurement.tenders.models import Amendment, Tender
from procurement.tenders.rules import earliest_closing, workable_closing
from procurement.tenders.services import admit, answers_until, circumstances, follow_tender, note_act

_TOO_LATE = "CW014"
"""SQLSTATE of the database's own gate (migration 0021)."""


def _context(public_id: UUID) -> dict[str, object]:
    return {"application": str(public_id), "purpose": "application"}


def read_content(found: Application, keys: HouseKeys) -> Content:
    """What an application says, unlocked.

    Raises:
        HouseKeyMissing, SealBroken: it cannot be read.
        ApplicationNotFound: nothing is there.
    """
    if found.content is None or found.content_key is None:
        raise errors.ApplicationNotFound
    return Content.from_json(
        sealing.unlock_text(keys.key(found.content_key), _context(found.public_id), found.content)
    )


def apply(
    session: Session, *, tender: Tender, content: Content, actor: Actor, keys: HouseKeys, at: datetime
) -> Application:
    """Apply, or change one's application, until the deadline of the database's clock.

    Raises:
        MayNotApply: who may not.
        NoApplyingHere, AppliedTooLate: not here, or not any more.
        ApplicationEmpty, NotMeeting: input.
    """
    if actor.organisation_id is None or not policy.may(actor, policy.HAND_IN, tender):
        raise errors.MayNotApply
    home = session.get_one(Organisation, actor.organisation_id)
    if not home.kvk_number:
        raise errors.MayNotApply
    content = rules.check_content(content)
    _check_open(session, tender)
    found = queries.find_own(session, tender.id, actor.organisation_id)
    name, master = keys.current()
    if found is None:
        found = Application(
            public_id=uuid7(), tender_id=tender.id, organisation_id=actor.organisation_id, submitted_at=at,
            submitted_by_id=actor.user_id,
        )  # fmt: skip
        session.add(found)
    else:
        found.saves, found.withdrawn_at, found.submitted_by_id = found.saves + 1, None, actor.user_id
    found.content = sealing.lock_text(master, _context(found.public_id), content.to_json())
    found.content_key = name
    _pass_gate(session, tender.apply_until)
    session.refresh(found)
    follow_tender(session, tender_id=tender.id, organisation_id=actor.organisation_id, at=at)
    return found


def _check_open(session: Session, tender: Tender) -> None:
    stopped = tender.cancelled_at or tender.unsuccessful_at or tender.published_at is None
    if tender.access != Access.SELECTED or tender.apply_until is None or stopped:
        raise errors.NoApplyingHere
    if queries.database_now(session) >= tender.apply_until:
        raise errors.AppliedTooLate(closed_at=tender.apply_until)


def _pass_gate(session: Session, closed_at: datetime | None) -> None:
    try:
        session.flush()
    except DBAPIError as fault:
        if getattr(fault.orig, "sqlstate", "") == _TOO_LATE:
            raise errors.AppliedTooLate(closed_at=closed_at) from fault
        raise


def withdraw_application(session: Session, *, tender: Tender, actor: Actor, at: datetime) -> Application:
    """Take one's application back before the deadline; its text is erased. One may apply again.

    Raises:
        ApplicationNotFound: there is none.
        MayNotApply, NoApplyingHere, AppliedTooLate: who or when.
    """
    if not policy.may(actor, policy.HAND_IN, tender):
        raise errors.MayNotApply
    found = queries.find_own(session, tender.id, actor.organisation_id or 0)
    if found is None or found.withdrawn_at is not None:
        raise errors.ApplicationNotFound
    _check_open(session, tender)
    found.withdrawn_at, found.content, found.content_key = at, None, None
    _pass_gate(session, tender.apply_until)
    return found


def select_applicants(
    session: Session, *, tender: Tender, choices: Mapping[UUID, Choice], closes_at: datetime | None = None,
    actor: Actor, at: datetime,
) -> Tender:  # fmt: skip
    """Decide on every applicant with a reason, in one act; who is selected may bid, everyone hears it.

    Bidding stays open at least as long as the procedure asks, counted from now: closing moves when it must.

    Raises:
        NotYourTender: no purchaser of the buyer.
        NoApplyingHere, SelectionEarly, AlreadySelected: when.
        SelectionIncomplete, NobodySelected, TermTooShort: input.
    """
    if not policy.may(actor, policy.SELECT, tender):
        raise errors.NotYourTender
    tender = tenders.locked_tender(session, tender.id)
    check_selecting(session, tender)
    found = {each.public_id: each for each in queries.received(session, tender.id)}
    rules.check_choices(choices, found)
    for public_id, each in found.items():
        choice = choices[public_id]
        each.selected, each.reason = choice.selected, choice.reason.strip()
        each.decided_by_id, each.decided_at = actor.user_id, at
    session.flush()
    _let_bid(session, tender, closes_at, actor, at)
    for each in found.values():
        if each.selected:
            admit(session, tender_id=tender.id, organisation_id=each.organisation_id, at=at)
        _tell(session, tender, each, at)
    note_act(
        session, "tender.selected", tender, actor, at, applied=len(found),
        selected=sum(bool(each.selected) for each in found.values()),
    )  # fmt: skip
    return tender


def check_selecting(session: Session, tender: Tender) -> None:
    """Whether applications may be read and decided now.

    Raises:
        NoApplyingHere: no selection, or stopped.
        SelectionEarly: applying has not ended by the database's clock.
        AlreadySelected: it is done.
    """
    if tender.access != Access.SELECTED or tender.apply_until is None or tender.published_at is None:
        raise errors.NoApplyingHere
    if tender.cancelled_at is not None or tender.unsuccessful_at is not None:
        raise errors.NoApplyingHere
    if queries.database_now(session) < tender.apply_until:
        raise errors.SelectionEarly(until=tender.apply_until)
    if tender.selected_at is not None:
        raise errors.AlreadySelected


def _let_bid(
    session: Session, tender: Tender, closes_at: datetime | None, actor: Actor, at: datetime
) -> None:
    row = row_of(tender.procedure_facts)
    days = least_days(row, circumstances(tender)) if row else 0
    before = tender.closes_at or at
    lawful = earliest_closing(at, days)
    earliest = max(before, lawful)
    if closes_at is not None and closes_at < earliest:
        raise TermTooShort(field="closes_at", days=days, earliest=earliest)
    wanted = closes_at or (before if before >= lawful else workable_closing(lawful))
    tender.selected_at, tender.version = at, tender.version + 1
    if wanted > before:
        session.add(
            Amendment(
                tender_id=tender.id, made_at=at, made_by_id=actor.user_id, kind="selection",
                reason="Geselecteerden krijgen de volle termijn om in te schrijven.", closed_at_before=before,
                closes_at=wanted, questions_until=tender.questions_until,
            )
        )  # fmt: skip
        tender.closes_at, tender.answers_until = wanted, answers_until(tender, wanted)
    session.flush()
    if wanted > before:
        emit(session, DeadlineMoved(tender.id))


def _tell(session: Session, tender: Tender, each: Application, at: datetime) -> None:
    text = (
        N_(
            "U bent geselecteerd voor “%(title)s”. U kunt inschrijven tot %(closes_at)s. De reden:\n\n%(reason)s"
        )
        if each.selected
        else N_("U bent niet geselecteerd voor “%(title)s”. De reden:\n\n%(reason)s\n\nVragen? %(contact)s.")
    )
    mail_each(
        session, people_with(session, each.organisation_id, Role.BOARD, Role.MEMBER),
        subject=N_("%(number)s: de selectie"), text=text,
        facts={
            "number": tender.number, "title": tender.title, "closes_at": tender.closes_at,
            "reason": each.reason, "contact": tender.contact_email,
        },
        link=f"/tenders/{tender.number}", at=at, key=f"selection-{each.id}",
    )  # fmt: skip


def relock(session: Session, *, keys: HouseKeys) -> int:
    """Lock every application with the current key of the installation; returns how many were moved.

    Raises:
        HouseKeyMissing, SealBroken: one cannot be read; nothing is moved then.
    """
    name, master = keys.current()
    found = session.scalars(
        select(Application)
        .where(Application.content.is_not(None), Application.content_key.is_distinct_from(name))
        .with_for_update()
    ).all()
    for each in found:
        text = read_content(each, keys).to_json()
        each.content, each.content_key = sealing.lock_text(master, _context(each.public_id), text), name
    session.flush()
    return len(found)
