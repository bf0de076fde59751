"""Asking for a review, giving it, and publishing: a draft becomes public only through two people."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.needs import queries as needs
from cwb.identity.models import User
from cwb.identity.queries import people_with
from cwb.kernel.canonical import digest
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.advice.rules import Law
from procurement.announcements.rules import Notice
from procurement.announcements.services import note_at_publication
from procurement.approval import rules as approval
from procurement.counsel.services import check_answered
from procurement.demands.gateway import table
from procurement.demands.models import SelectionDemand
from procurement.demands.rules import stored
from procurement.dividing.services import check_outside
from procurement.drafting.services import check_whole
from procurement.invitations.services import send_invitations
from procurement.methods import rules as methods
from procurement.procedures.rules import Access
from procurement.proportion.services import check_demands
from procurement.sealing import queries as sealing
from procurement.sealing.services import make_tender_key
from procurement.tenders import errors, queries, rules
from procurement.tenders.events import TenderPublished
from procurement.tenders.models import Lot, Tender
from procurement.tenders.services import (
    advice_for,
    answers_until,
    check_terms,
    follow_tender,
    note_act,
    tell_followers,
)
from procurement.wage_floors.queries import find_floor
from procurement.wage_floors.rules import Floor


def ask_review(session: Session, *, tender: Tender, law: Law, user_id: int, at: datetime) -> Tender:
    """Ask colleagues of the buyer to check a whole draft.

    Raises:
        DraftIncomplete: names the first missing step.
        CounselOpen, DemandsOpen, OutsideTooLarge, OutsideTooMuch: something in it waits for the buyer's answer.
        NotDraft: published or withdrawn.
    """
    tender = _draft(session, tender)
    check_whole(session, tender)
    check_answered(session, tender=tender, law=law, at=at)
    check_demands(session, tender=tender, table=table())
    check_outside(tender, law)
    tender.review_asked_at = at
    session.flush()
    mail_each(
        session,
        [
            each for each in people_with(session, tender.buyer_id, Role.PURCHASER, Role.ASSESSOR)
            if each.id not in {tender.author_id, tender.edited_by_id}
        ],
        subject=N_("Wilt u %(number)s controleren?"),
        text=N_("Een collega vraagt u om “%(title)s” te controleren. Daarna kan de aanbesteding open."),
        facts={"number": tender.number, "title": tender.title}, link=f"/tenders/{tender.number}/review", at=at,
        key=f"review-{tender.id}-{tender.version}",
    )  # fmt: skip
    note_act(session, "tender.review_asked", tender, user_id, at)
    return tender


def _draft(session: Session, tender: Tender) -> Tender:
    found = queries.locked_tender(session, tender.id)
    if found.published_at is not None or found.cancelled_at is not None:
        raise errors.NotDraft
    return found


def review_tender(
    session: Session, *, tender: Tender, approved: bool, law: Law, note: str = "", version: int | None = None,
    user_id: int, at: datetime,
) -> Tender:  # fmt: skip
    """Approve a draft as a second person, or send it back with a note to its author. Any later change undoes it.

    Raises:
        ReviewBySamePerson: who wrote or last changed it.
        DraftIncomplete, ReviewNoteMissing: input.
        CounselOpen, DemandsOpen, OutsideTooLarge, OutsideTooMuch: approved while something waits for the buyer.
        NotDraft, DraftChanged: it is no longer what was read.
    """
    tender = _draft(session, tender)
    if version is not None and version != tender.version:
        raise errors.DraftChanged
    if user_id in {tender.author_id, tender.edited_by_id}:
        raise errors.ReviewBySamePerson
    check_whole(session, tender)
    if approved:
        check_answered(session, tender=tender, law=law, at=at)
        check_demands(session, tender=tender, table=table())
        check_outside(tender, law)
    elif not note.strip():
        raise errors.ReviewNoteMissing(field="note")
    tender.review_asked_at = tender.review_asked_at if approved else None
    tender.reviewed_at, tender.reviewed_by_id = (at, user_id) if approved else (None, None)
    session.flush()
    mail_each(
        session, session.scalars(select(User).where(User.id.in_({tender.author_id, tender.edited_by_id}))),
        subject=N_("%(number)s is gecontroleerd") if approved else N_("%(number)s komt terug"),
        text=N_("“%(title)s” is goedgekeurd. U kunt nu publiceren.") if approved
        else N_("Uw collega vraagt om “%(title)s” te verbeteren:\n\n%(note)s"),
        facts={"number": tender.number, "title": tender.title, "note": note.strip()},
        link=f"/tenders/{tender.number}/draft", at=at, key=f"reviewed-{tender.id}-{tender.version}-{at.isoformat()}",
    )  # fmt: skip
    note_act(
        session, "tender.reviewed" if approved else "tender.sent_back", tender, user_id, at, version=tender.version,
    )  # fmt: skip
    return tender


def publish_tender(
    session: Session, *, tender: Tender, officer_ids: tuple[int, int], escrow_id: int | None, law: Law,
    closes_at: datetime | None = None, questions_until: datetime | None = None, notice: Notice | None = None,
    user_id: int, at: datetime,
) -> Tender:  # fmt: skip
    """Make a reviewed draft public and freeze it, with a key that only two of three people open together.

    The dates are those of the draft unless others are given; minimum terms are checked against now. Of two
    people who publish at once, one succeeds. `notice`: what is said about TenderNed, where it must stand there.

    Raises:
        AlreadyPublished, NotDraft: somebody was first, or it was withdrawn.
        NotReviewed, DraftIncomplete, DemandsOpen, OutsideTooMuch, ProcedureNotAllowed, TermTooShort,
        QuestionsAlreadyClosed, AnswersTooLate, AnnouncementMissing and the other errors of a notice, OfficersNotTwo,
        OfficerWithoutKey, EscrowMissing, EscrowNotIndependent: input.
    """
    tender = queries.locked_tender(session, tender.id)
    if tender.published_at is not None:
        raise errors.AlreadyPublished
    if tender.cancelled_at is not None:
        raise errors.NotDraft
    if tender.reviewed_at is None:
        raise errors.NotReviewed
    check_whole(session, tender)
    demands = check_demands(session, tender=tender, table=table())
    check_outside(tender, law)
    closing, asking = closes_at or tender.closes_at or at, questions_until or tender.questions_until
    _check_law(session, tender, law, closes_at=closing, questions_until=asking, at=at)
    approval.check_officers(
        officer_ids, {user.id for user in sealing.holders(session, tender.buyer_id)},
        escrow_id, {user.id for user in sealing.escrow_holders(session)},
    )  # fmt: skip
    note_at_publication(session, tender=tender, notice=notice, user_id=user_id, at=at)
    key = make_tender_key(
        session, officer_ids=officer_ids, escrow_id=escrow_id or 0, buyer_id=tender.buyer_id, at=at
    )
    for lot in tender.lots:
        scoring = methods.scoring_of(tender, lot)
        methods.check_scoring(scoring)
        lot.formula = methods.formula(scoring)
    session.flush()  # what is published is frozen: the formulas go before
    tender.closes_at, tender.questions_until = closing, asking
    tender.answers_until = answers_until(tender, closing)
    tender.key_id = key.id
    tender.content_hash = digest(content_of(tender, demands, find_floor(session, tender.id)))
    tender.published_at, tender.published_by_id, tender.version = at, user_id, tender.version + 1
    session.flush()
    if tender.access == Access.INVITED:
        send_invitations(session, tender=tender, user_id=user_id, at=at)
    else:
        _tell_interested(session, tender, at)
    note_act(
        session, "tender.published", tender, user_id, at, content=tender.content_hash, procedure=tender.procedure or "",
    )  # fmt: skip
    emit(session, TenderPublished(tender.id))
    return tender


def _check_law(
    session: Session,
    tender: Tender,
    law: Law,
    *,
    closes_at: datetime,
    questions_until: datetime | None,
    at: datetime,
) -> None:
    """The advice of today still allows the procedure, and the dates keep its minimum terms.

    A competition under a framework needs no advice: the framework was tendered (`procurement.competitions`).
    """
    procedure = law.procedure(tender.procedure or "")
    if procedure is not None and procedure.under_framework:
        check_terms(tender, published_at=at, closes_at=closes_at, questions_until=questions_until)
        return
    advice = advice_for(session, tender, law, local_date(at))
    if advice is None or procedure is None:
        raise errors.ProcedureUnknown
    rules.check_procedure(
        advice.line(procedure.id), recommended=advice.recommended, reason=tender.procedure_reason
    )
    reserved = next((each for each in advice.reservations if each.id == tender.reservation), None)
    rules.check_reservation(reserved, chosen=tender.reservation, reason=tender.reservation_reason)
    check_terms(
        tender, published_at=at, closes_at=closes_at, questions_until=questions_until,
        apply_until=tender.apply_until,
    )  # fmt: skip


def content_of(
    tender: Tender, demands: Sequence[SelectionDemand] = (), floor: Floor | None = None
) -> dict[str, object]:
    """Everything that is frozen at publishing, as JSON values: what `content_hash` is the hash of."""
    names = (
        "number", "title", "description", "requirements", "category", "cpv", "place_code", "value_minor",
        "value_public", "payment_days", "no_lots_reason", "contact_name", "contact_email", "contact_phone",
        "procedure", "procedure_reason", "reservation", "reservation_reason", "method", "tie_break",
        "most_lots_bid", "most_lots_won", "access", "urgent_reason", "documents_free", "prior_notice_reference",
        "framework", "framework_max_minor", "framework_reason",
    )  # fmt: skip
    reason: dict[str, object] = (
        {"price_only_reason": tender.price_only_reason} if tender.price_only_reason else {}
    )
    reason |= {"life_cycle": tender.life_cycle} if tender.life_cycle else {}
    return {
        **{name: getattr(tender, name) for name in names},
        **reason,
        **({"framework_parties": tender.framework_parties} if tender.framework_parties else {}),
        "prior_notice_on": str(tender.prior_notice_on), "apply_until": str(tender.apply_until),
        "starts_on": str(tender.starts_on), "ends_on": str(tender.ends_on),
        **({"bid_validity_days": tender.bid_validity_days} if tender.bid_validity_days else {}),
        **({"wage": floor.kept()} if floor else {}),
        **({"demands": [_demand(each, tender.lots) for each in demands]} if demands else {}),
        "lots": [
            {
                "number": lot.number, "title": lot.title, "description": lot.description,
                "value_minor": lot.value_minor, "cpv": lot.cpv, "place_code": lot.place_code,
                "starts_on": _day(lot.starts_on), "ends_on": _day(lot.ends_on),
                "price_min_minor": lot.price_min_minor, "price_max_minor": lot.price_max_minor,
                "formula": lot.formula, **_parameters(lot), **({"outside": True} if lot.outside else {}),
                "criteria": [
                    {
                        "code": each.code, "kind": each.kind, "name": each.name, "description": each.description,
                        "max_points": None if each.max_points is None else f"{each.max_points:.2f}",
                        "min_points": None if each.min_points is None else f"{each.min_points:.2f}",
                        "value_minor": each.value_minor,
                    }
                    for each in lot.criteria
                ],
            }
            for lot in tender.lots
        ],
    }  # fmt: skip


def _parameters(lot: Lot) -> dict[str, object]:
    """What only some methods need; left out where it is empty, so that earlier hashes stay what they were."""
    names = ("log_base", "reference_quality", "exponent")
    given: dict[str, object] = {
        name: f"{value:.2f}" for name in names if (value := getattr(lot, name)) is not None
    }
    return given if lot.reference_minor is None else {**given, "reference_minor": lot.reference_minor}


def _demand(demand: SelectionDemand, lots: Sequence[Lot]) -> dict[str, object]:
    """A demand; the number of its lot only where it is of one, whether it is asked only where it no longer is."""
    columns = stored(demand.facts)
    lot_id, asked = columns.pop("lot_id"), columns.pop("asked")
    number = next((each.number for each in lots if each.id == lot_id), None)
    return {
        **columns,
        **({} if number is None else {"lot": number}),
        **({} if asked else {"asked": False}),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _tell_interested(session: Session, tender: Tender, at: datetime) -> None:
    """Whoever said to be interested in the need follows the tender, and gets a letter."""
    if tender.need_id is None:
        return
    for organisation in needs.interested(session, tender.need_id):
        follow_tender(session, tender_id=tender.id, organisation_id=organisation.id, at=at)
    tell_followers(
        session, tender=tender, subject=N_("Nieuwe opdracht: %(title)s"),
        text=N_("U had belangstelling. De aanbesteding “%(title)s” is nu open tot %(closes_at)s."),
        facts={"closes_at": tender.closes_at}, key=f"published-{tender.id}", at=at,
    )  # fmt: skip
