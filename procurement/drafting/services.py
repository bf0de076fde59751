"""Making a draft, filling its steps, review by a second person, publication.

Each step locks the draft, refuses a stale form by `version`, and takes back an earlier review: what a second
person approved is exactly what is published.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from coops.needs.models import Need
from coops.needs.services import convert_need
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.text import search_key
from procurement.advice.rules import Law, Line
from procurement.cautions.services import check_confirmed
from procurement.drafting import rules as planning
from procurement.drafting.rules import USUAL_TERMS, Terms, by_share
from procurement.invitations.queries import count
from procurement.invitations.services import check_invited
from procurement.lifecycle.rules import life_cycle_of
from procurement.lots import rules as lots
from procurement.lots.errors import FirstLotLeads
from procurement.methods import rules as methods
from procurement.methods.rules import Scoring
from procurement.procedures.rules import EUROPEAN, Access, Framework, check_framework, parties_of, row_of
from procurement.scoring.rules import PRICE_ALONE, Method
from procurement.tenders import errors, rules
from procurement.tenders.models import Criterion, Lot, Tender, TenderCounter
from procurement.tenders.rules import phone
from procurement.tenders.services import advice_for, answers_until, check_terms, note_act
from procurement.tenders.services import draft_changed as changed
from procurement.tenders.services import locked_draft as draft_of


def next_number(session: Session, at: datetime) -> str:
    """The next number of the year; the counter row stays locked until the transaction ends, so there are no gaps."""
    year = local_date(at).year
    upsert = insert(TenderCounter).values(year=year, last=1)
    last = session.execute(
        upsert.on_conflict_do_update(
            index_elements=["year"], set_={"last": TenderCounter.last + 1}
        ).returning(TenderCounter.last)
    ).scalar_one()
    return f"T-{year}-{last:04}"


def create_draft(
    session: Session, *, buyer_id: int, user_id: int, title: str = "", need: Need | None = None, at: datetime
) -> Tender:
    """A new draft with its number and one lot; made of a need it takes over what the need says.

    Raises:
        NeedClosed: the need was withdrawn or expired.
    """
    facts: dict[str, Any] = {"title": title.strip()}
    if need is not None:
        need = convert_need(session, need_id=need.id, at=at)
        facts = {
            "title": title.strip() or need.title, "description": need.purpose, "need_id": need.id,
            "category": need.category, "cpv": need.cpv, "place_code": need.place_code,
            "value_minor": need.value_high_minor or None, "starts_on": need.wanted_from,
        }  # fmt: skip
    tender = Tender(
        number=next_number(session, at), buyer_id=buyer_id, author_id=user_id, created_at=at, **facts,
        lots=[Lot(number=1, title=facts["title"], value_minor=facts.get("value_minor"), criteria=[])],
    )  # fmt: skip
    session.add(tender)
    session.flush()
    note_act(session, "tender.drafted", tender, user_id, at, need=need.number if need else "")
    return tender


def under_framework(tender: Tender) -> bool:
    """Whether it is a competition among the parties of a framework: its procedure follows from the framework."""
    row = row_of(tender.procedure_facts)
    return row is not None and row.under_framework


def _forget_procedure(tender: Tender) -> None:
    """Another value, term or CPV asks for new advice, but under a framework."""
    if under_framework(tender):
        return
    tender.procedure = tender.procedure_facts = tender.reservation = None
    tender.procedure_reason = tender.reservation_reason = tender.urgent_reason = ""
    tender.access, tender.apply_until = Access.OPEN.value, None
    for each in tender.lots:
        each.outside = False


def describe(
    session: Session, *, tender: Tender, title: str, description: str, category: str, cpv: str,
    place_code: str | None = None, version: int | None = None, user_id: int, at: datetime,
) -> Tender:  # fmt: skip
    """Step "what": what is asked, in plain words. Another CPV code asks for new advice.

    Raises:
        TitleMissing, NotDraft, DraftChanged.
    """
    if not title.strip():
        raise errors.TitleMissing(field="title")
    tender = draft_of(session, tender, version)
    if tender.cpv != cpv:
        _forget_procedure(tender)
    tender.title, tender.description, tender.category, tender.cpv = title.strip(), description, category, cpv
    tender.place_code = place_code or None
    tender.search_text = search_key(f"{tender.title} {description}")[:2000]
    if not tender.is_divided:
        tender.lots[0].title = tender.title
    return changed(session, tender, "what", user_id, at)


def estimate(
    session: Session, *, tender: Tender, value: Money, value_public: bool, starts_on: date, ends_on: date,
    payment_days: int = 30, framework: Framework | None = None, framework_years: int = 4,
    version: int | None = None, user_id: int, at: datetime,
) -> Tender:  # fmt: skip
    """Step "value": the estimate over the whole term with options, without VAT, the term, and a framework if any.

    Raises:
        ValueInvalid, TermReversed, PaymentTermInvalid, FrameworkMaximumMissing, FrameworkMaximumTooLow,
        FrameworkTooLong, FrameworkPartiesInvalid, NotDraft, DraftChanged.
    """
    rules.check_purchase(value=value, starts_on=starts_on, ends_on=ends_on, payment_days=payment_days)
    most = check_framework(
        framework, value=value, starts_on=starts_on, ends_on=ends_on, most_years=framework_years
    )
    parties = parties_of(framework)
    tender = draft_of(session, tender, version)
    before = (tender.value_minor, tender.framework_max_minor, tender.starts_on, tender.ends_on)
    if before != (value.minor, most, starts_on, ends_on):
        _forget_procedure(tender)
    tender.framework, tender.framework_parties = framework.kind if framework else None, parties
    tender.framework_max_minor, tender.framework_reason = most, framework.reason.strip() if framework else ""
    tender.value_minor, tender.value_public, tender.payment_days = value.minor, value_public, payment_days
    tender.starts_on, tender.ends_on = starts_on, ends_on
    if not tender.is_divided:
        tender.lots[0].value_minor = value.minor
    return changed(session, tender, "value", user_id, at)


def choose_procedure(
    session: Session, *, tender: Tender, procedure: str, reason: str = "", reservation: str | None = None,
    reservation_reason: str = "", law: Law, version: int | None = None, user_id: int, at: datetime,
) -> Tender:  # fmt: skip
    """Step "procedure": the buyer confirms the advice, or deviates with a reason. `reservation`: None, 2.82 or 2.82a.

    Raises:
        DraftIncomplete: value or CPV is missing.
        ProcedureUnknown, ProcedureNotAllowed, DeviationReasonMissing, ReservationNotAllowed,
        ReservationReasonMissing, NotDraft, DraftChanged; ProcedureFixed: it is held under a framework.
    """
    tender = draft_of(session, tender, version)
    if under_framework(tender):
        raise errors.ProcedureFixed
    advice = advice_for(session, tender, law, local_date(at))
    if advice is None:
        raise errors.DraftIncomplete(step="waarde en CPV")
    rules.check_procedure(advice.line(procedure), recommended=advice.recommended, reason=reason)
    reserved = next((line for line in advice.reservations if line.id == reservation), None)
    rules.check_reservation(reserved, chosen=reservation, reason=reservation_reason)
    deviates = procedure != advice.recommended
    tender.procedure, tender.procedure_reason = procedure, reason.strip() if deviates else ""
    tender.reservation = reservation
    tender.reservation_reason = reservation_reason.strip() if reservation else ""
    row = law.procedure(procedure)
    if row is None:
        raise errors.ProcedureUnknown(field="procedure")
    if tender.procedure_facts is None or tender.access != row.access:
        tender.apply_until = None
    tender.access = row.access
    for each in tender.lots:
        each.outside = each.outside and procedure in EUROPEAN
    tender.procedure_facts = {
        "row": row.kept(), "on": local_date(at).isoformat(), "recommended": advice.recommended,
        "threshold": advice.threshold.plain(), "lines": [_kept(line) for line in advice.procedures],
        "warnings": [line.id for line in advice.warnings],
    }  # fmt: skip
    return changed(session, tender, "procedure", user_id, at)


def _kept(line: Line) -> dict[str, object]:
    facts = {
        name: value.plain() if isinstance(value, Money) else str(value) for name, value in line.facts.items()
    }
    return {
        "id": line.id, "allowed": line.allowed, "by": line.by, "why": line.text % facts if facts else line.text,
        "article": line.article, "certainty": line.certainty, "source": line.source,
    }  # fmt: skip


def arrange_lots(
    session: Session, *, tender: Tender, no_lots_reason: str = "", requirements: str, most_lots_bid: int | None = None,
    most_lots_won: int | None = None, version: int | None = None, user_id: int, at: datetime,
) -> Tender:  # fmt: skip
    """Step "lots": lots that add up with limits per bidder, or why there is one; and what bidders must meet.

    Raises:
        NoLotsReasonMissing: one lot, without a reason.
        LotTitleMissing, LotTwice, LotValueInvalid, LotsNotAddingUp, LimitInvalid: several lots.
        NotDraft, DraftChanged.
    """
    tender = draft_of(session, tender, version)
    if tender.is_divided:
        lots.check_lots(tender.value_minor, tender.lots)
        lots.check_limits(most_lots_bid, most_lots_won, len(tender.lots))
        tender.no_lots_reason = ""
        tender.most_lots_bid = lots.real_limit(most_lots_bid, len(tender.lots))
        tender.most_lots_won = lots.real_limit(most_lots_won, len(tender.lots))
    elif not no_lots_reason.strip():
        raise errors.NoLotsReasonMissing(field="no_lots_reason")
    else:
        tender.no_lots_reason = no_lots_reason.strip()
        tender.most_lots_bid = tender.most_lots_won = None
    tender.requirements = requirements
    return changed(session, tender, "lots", user_id, at)


def set_scoring(
    session: Session, *, tender: Tender, scoring: Scoring, lot: Lot | None = None, version: int | None = None,
    user_id: int, at: datetime,
) -> Tender:  # fmt: skip
    """Step "scoring": method, price and quality criteria; replaces what was there.

    Set on the whole tender (`lot` None) it counts for lot 1, and for each lot without criteria of its own with
    amounts by its share of the value. With a later lot it becomes that lot's own; method and tie-break stay.

    Raises:
        RuleBroken: one of `methods.check_scoring`.
        FirstLotLeads: criteria of its own for lot 1.
        NotDraft, DraftChanged.
    """
    tender = draft_of(session, tender, version)
    if lot is not None:
        kept = next((each for each in tender.lots if each.id == lot.id), tender.lots[0])
        if kept is tender.lots[0] or tender.method is None:
            raise FirstLotLeads
        scoring = replace(
            scoring, method=Method(tender.method), tie_break=tender.tie_break or scoring.tie_break,
            reason=tender.price_only_reason, life=life_cycle_of(tender.life_cycle),
        )  # fmt: skip
        methods.check_scoring(scoring)
        kept.own_criteria = True
        write_criteria(session, kept, scoring)
    else:
        methods.check_scoring(scoring)
        if tender.method != scoring.method.value:
            for each in tender.lots:
                each.own_criteria = False
        tender.method, tender.tie_break = scoring.method.value, scoring.tie_break
        tender.price_only_reason = scoring.reason.strip() if scoring.method in PRICE_ALONE else ""
        tender.life_cycle = None if scoring.life is None else scoring.life.stored()
        write_criteria(session, tender.lots[0], scoring)
        spread_criteria(session, tender)
    return changed(session, tender, "scoring", user_id, at)


def spread_criteria(session: Session, tender: Tender) -> None:
    """Let every lot without criteria of its own follow lot 1, amounts by its share of the value."""
    if tender.method is None:
        return
    first = tender.lots[0]
    scoring = methods.scoring_of(tender, first)
    for each in tender.lots[1:]:
        if not each.own_criteria and each.value_minor and first.value_minor:
            part = by_share(scoring, Money(each.value_minor), Money(first.value_minor))
            write_criteria(session, each, part)


def write_criteria(session: Session, lot: Lot, scoring: Scoring) -> None:
    """Replace the criteria of a lot."""
    method = scoring.method
    ranged, priced = method is Method.FIXED_PRICE_RANGE, method is Method.VALUE_AWARD
    lot.price_min_minor = scoring.price_min.minor if ranged and scoring.price_min else None
    lot.price_max_minor = scoring.price_max.minor if ranged and scoring.price_max else None
    lot.log_base = scoring.log_base if method is Method.LOG_PRICE else None
    bent = scoring if method is Method.SUPERFORMULE else None
    lot.reference_minor = bent.reference.minor if bent and bent.reference else None
    lot.reference_quality, lot.exponent = (bent.reference_quality, bent.exponent) if bent else (None, None)
    lot.criteria.clear()
    session.flush()
    lot.criteria.append(
        Criterion(
            code="price", position=0, kind="price", name="Prijs", description="",
            max_points=scoring.price_points if method in methods.SUMMED else None,
        )
    )  # fmt: skip
    for position, each in enumerate(scoring.criteria, start=1):
        lot.criteria.append(
            Criterion(
                code=f"q{position}", position=position, kind="quality", name=each.name.strip(),
                description=each.description, max_points=each.max_points, min_points=each.min_points,
                value_minor=each.value.minor if each.value is not None and priced else None,
            )
        )  # fmt: skip


def plan(
    session: Session, *, tender: Tender, closes_at: datetime, questions_until: datetime | None = None,
    apply_until: datetime | None = None, terms: Terms = USUAL_TERMS, contact_name: str, contact_email: str,
    contact_phone: str = "", version: int | None = None, user_id: int, at: datetime,
) -> Tender:  # fmt: skip
    """Step "planning": when questions, applications and bids close, and who answers. Checked again at publishing.

    Raises:
        ContactMissing, PhoneInvalid, PriorNoticeIncomplete, ValidityOutside, ProcedureUnknown, ApplyUntilMissing,
        TermTooShort, QuestionsUntilMissing, QuestionsAlreadyClosed, AnswersTooLate, NotDraft, DraftChanged.
    """
    if not contact_name.strip() or not contact_email.strip():
        raise errors.ContactMissing(field="contact_name")
    planning.check_terms(terms, local_date(at))
    tender = draft_of(session, tender, version)
    row = row_of(tender.procedure_facts)
    tender.urgent_reason, tender.documents_free = terms.urgent_reason.strip(), terms.documents_free
    tender.bid_validity_days = terms.bid_validity_days
    tender.prior_notice_on = terms.prior_notice_on
    tender.prior_notice_reference = terms.prior_notice_reference.strip()
    apply_until = apply_until if row is not None and row.apply_days else None
    questions_until = questions_until if row is None or row.enquiries else None
    check_terms(
        tender, published_at=at, closes_at=closes_at, questions_until=questions_until, apply_until=apply_until
    )
    tender.closes_at, tender.questions_until, tender.apply_until = closes_at, questions_until, apply_until
    tender.answers_until = answers_until(tender, closes_at)
    tender.contact_name, tender.contact_email = contact_name.strip(), contact_email.strip()
    tender.contact_phone = phone(contact_phone)
    return changed(session, tender, "planning", user_id, at)


def check_whole(session: Session, tender: Tender) -> None:
    """Refuse a draft with a step missing.

    Raises:
        DraftIncomplete: names the first one.
        TooFewInvited, TooManyInvited: a quote by invitation with another number of invitees than it asks.
        MethodUnconfirmed: a losing bid can change the winner, and nobody confirmed that.
    """
    planning.check_complete(tender, count(session, tender.id) if tender.access == Access.INVITED else None)
    check_invited(session, tender)
    check_confirmed(session, tender)
