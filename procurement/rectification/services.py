"""Publishing a change of the content: its difference, more time when it matters, a letter to whoever follows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.canonical import digest
from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.events import emit
from cwb.kernel.money import Money
from cwb.kernel.text import N_, search_key
from procurement.advice.rules import Law
from procurement.approval.services import content_of
from procurement.demands.gateway import table
from procurement.demands.models import SelectionDemand
from procurement.demands.queries import to_change
from procurement.demands.rules import LOWERED, advise, is_explained
from procurement.procedures.errors import FrameworkMaximumTooLow
from procurement.procedures.rules import least_apply_days, row_of
from procurement.proportion.services import measure
from procurement.rectification import errors, rules
from procurement.tenders import errors as tender_errors
from procurement.tenders import queries as tenders
from procurement.tenders.events import DeadlineMoved, TenderAmended
from procurement.tenders.models import Amendment, Criterion, Tender
from procurement.tenders.rules import OPEN_STATES, check_purchase, state_of
from procurement.tenders.services import advice_for, answers_until, circumstances, tell_followers
from procurement.wage_floors.queries import find_floor
from procurement.wage_floors.rules import AMENDABLE, Floor
from procurement.wage_floors.services import amend_floor

Changes = Mapping[str, Any]
"""Name → new value: texts, amounts (`*_minor`) in euro cents, days; `criterion:1:q1` for its text."""

TOLD = N_(
    "De aanbesteding “%(title)s” is gewijzigd. De reden:\n\n%(reason)s\n\n"
    "Op de bladzijde staat oud naast nieuw. Inschrijven kan tot %(closes_at)s. "
    "Uw concept is bewaard. Was u al klaar, kijk uw inschrijving dan na."
)


def content(
    tender: Tender, asked: Sequence[SelectionDemand] = (), floor: Floor | None = None
) -> dict[str, Any]:
    """Everything that can be changed after publication, as it is now; of `asked` demands what can be lowered."""
    names = ("description", "requirements", "value_minor", "framework_max_minor", "starts_on", "ends_on")
    return {
        **{name: getattr(tender, name) for name in names},
        **{name: each.description for name, each in _criteria(tender).items()},
        **{
            rules.demand_name(each.id, part): getattr(each, part)
            for each in asked if each.asked for part in LOWERED
        },
        **({name: getattr(floor, name) for name in AMENDABLE} if floor is not None else {}),
    }  # fmt: skip


def _criteria(tender: Tender) -> dict[str, Criterion]:
    return {
        rules.criterion_name(lot.number, each.code): each
        for lot in tender.lots
        for each in lot.criteria
        if each.kind == "quality"
    }


def amend_content(
    session: Session, *, tender: Tender, changes: Changes, reason: str, clarifies: bool = False, law: Law,
    user_id: int, at: datetime,
) -> Amendment:  # fmt: skip
    """Rectify the content of an open tender. A substantial change keeps it open `after_change` days at least.

    A demand lowered after applying closed opens it again for everybody, as long as it was open by law.

    Raises:
        NotOpen: not published, closed or stopped.
        FrozenAtPublication: weights, points, formula, procedure or CPV code.
        DemandRaised, DemandAfterSelection: a demand may only be lowered, and before others were selected.
        DemandTooStrict: the new value leaves a demand without its explanation.
        NothingChanged, ReasonTooShort, TextMissing, ValueInvalid, TermReversed, FrameworkMaximumTooLow,
        ProcedureNoLongerFits, ValueByLots, and the errors of `wage_floors.services.amend_floor`: input.
    """
    tender = tenders.locked_tender(session, tender.id)
    if tender.closes_at is None or state_of(tender, at) not in OPEN_STATES:
        raise tender_errors.NotOpen
    asked = to_change(session, tender.id)
    fields = rules.differences(content(tender, asked, find_floor(session, tender.id)), changes)
    lower = rules.lowered(fields)
    if lower and tender.selected_at is not None:
        raise errors.DemandAfterSelection
    rules.check_reason(reason)
    before, substantial = tender.closes_at, rules.is_substantial(fields, clarifies=clarifies)
    again = reopening(tender, at) if lower else 0
    terms = _terms(tender, law.settings.after_change, at, again)
    apply_until, closes_at = terms if substantial else (None, before)
    fields |= _reopened(tender, apply_until) if again else {}
    made = Amendment(
        tender_id=tender.id, made_at=at, made_by_id=user_id, reason=reason.strip(), kind="content", fields=fields,
        version=tender.version + 1, substantial=substantial, closed_at_before=before, closes_at=closes_at,
        questions_until=tender.questions_until,
    )  # fmt: skip
    session.add(made)
    session.flush()  # first: the database lets through only what an amendment names
    with session.no_autoflush:
        _change(tender, {name: value for name, value in changes.items() if name in fields.keys() - AMENDABLE})
        wage = {name: value for name, value in changes.items() if name in fields.keys() & AMENDABLE}
        if wage:
            amend_floor(session, tender=tender, changes=wage, user_id=user_id, at=at)
        _check(session, tender, law, at)
        for each in asked:
            _lower(each, lower.get(each.id, {}), measure(tender, each.lot_id))
        tender.apply_until = apply_until or tender.apply_until
        tender.search_text = search_key(f"{tender.title} {tender.description}")[:2000]
        tender.closes_at, tender.answers_until = closes_at, answers_until(tender, closes_at)
        tender.version = made.version or 0
        tender.content_hash = digest(content_of(tender, asked, find_floor(session, tender.id)))
    session.flush()
    tell_followers(
        session, tender=tender, subject=N_("%(number)s is gewijzigd"), text=TOLD,
        facts={"reason": made.reason, "closes_at": closes_at}, key=f"content-{made.id}", at=at,
    )  # fmt: skip
    _record(session, tender, made, user_id, at)
    emit(session, TenderAmended(tender.id, made.id))
    if closes_at > before:
        emit(session, DeadlineMoved(tender.id))
    return made


def _record(session: Session, tender: Tender, made: Amendment, user_id: int, at: datetime) -> None:
    facts = {
        "fields": sorted(made.fields), "substantial": made.substantial, "closes_at": made.closes_at.isoformat(),
        "content": tender.content_hash or "",
    }  # fmt: skip
    subject = f"tender:{tender.number}"
    record(session, action="tender.amended", subject=subject, actor_id=user_id, facts=facts, at=at)


def reopening(tender: Tender, at: datetime) -> int:
    """How many days one may apply again when a demand becomes lower now; 0: applying runs, or there is none."""
    row = row_of(tender.procedure_facts)
    if row is None or tender.apply_until is None or tender.apply_until > at:
        return 0
    return least_apply_days(row, circumstances(tender))


def _reopened(tender: Tender, until: datetime | None) -> dict[str, dict[str, rules.Value]]:
    """How the change of the term to apply is told, as a changed field."""
    if tender.apply_until is None or until is None:
        return {}
    old, new = (each.astimezone(LOCAL).isoformat() for each in (tender.apply_until, until))
    return {rules.APPLYING: {"old": old, "new": new}}


def _terms(tender: Tender, days: int, at: datetime, again: int) -> tuple[datetime | None, datetime]:
    """Until when one may apply (None: unchanged) and bid after a substantial change, at least so many days.

    Where applying still runs, or opens `again` for so many days, it is that term; bidding moves by as much.
    """
    closes_at = rules.closes_after(tender.closes_at or at, at, days)
    if tender.apply_until is None or (tender.apply_until <= at and not again):
        return None, closes_at
    if again:
        apply_until = rules.applies_again(apply_until=tender.apply_until, at=at, days=again)
    else:
        apply_until = rules.closes_after(tender.apply_until, at, days)
    if apply_until == tender.apply_until:
        return None, closes_at
    return apply_until, rules.as_much_later(closes_at, tender.apply_until, apply_until)


def _lower(demand: SelectionDemand, parts: Changes, basis: Money | None) -> None:
    """Ask less, and hold what is asked against the advice on the value of now, by the times of its own day."""
    for part, value in parts.items():
        setattr(demand, part, value)
    law = replace(table(), times=demand.ceiling_times or table().times)
    if not demand.asked:
        return
    if not is_explained(law, demand.facts, demand.deviates, basis):
        raise errors.DemandTooStrict(field="value", text=demand.text)
    if parts:
        demand.deviates = [each.id for each in advise(law, demand.facts, basis) if each.deviates]


def _change(tender: Tender, changes: Changes) -> None:
    criteria = _criteria(tender)
    for name, value in changes.items():
        if name in criteria:
            criteria[name].description = value
        elif not name.startswith(rules.DEMAND):
            setattr(tender, name, value)
    if "value_minor" in changes:
        if len(tender.lots) != 1:
            raise errors.ValueByLots(field="value")
        tender.lots[0].value_minor = changes["value_minor"]


def _check(session: Session, tender: Tender, law: Law, at: datetime) -> None:
    for name in ("description", "requirements"):
        if not (getattr(tender, name) or "").strip() and name == "description":
            raise errors.TextMissing(field=name)
    value = Money(tender.value_minor or 0)
    check_purchase(
        value=value, starts_on=tender.starts_on, ends_on=tender.ends_on, payment_days=tender.payment_days
    )
    if tender.framework_max_minor is not None and tender.framework_max_minor < value.minor:
        raise FrameworkMaximumTooLow(field="framework_max")
    advice = advice_for(session, tender, law, local_date(at))
    line = advice.line(tender.procedure or "") if advice else None
    if line is None or (not line.allowed and line.by == "law"):
        raise errors.ProcedureNoLongerFits(field="value")
    reserved = (
        next((each for each in advice.reservations if each.id == tender.reservation), None)
        if advice
        else None
    )
    if tender.reservation is not None and (reserved is None or not reserved.allowed):
        raise errors.ProcedureNoLongerFits(field="ends_on")
