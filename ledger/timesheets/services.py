"""Writing hours down, signing them, and putting them on an invoice."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import User
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from ledger.agreements.errors import NotASupplier
from ledger.agreements.models import AgreedLine, Agreement
from ledger.agreements.queries import agreement_by_id
from ledger.agreements.rules import short_text
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import draft_invoice, tell
from ledger.timesheets import queries, rules
from ledger.timesheets.errors import HoursChanged, NothingChosen, NothingToInvoice, OwnHours, ReasonMissing
from ledger.timesheets.models import WorkedHours
from ledger.timesheets.rules import HoursState

_BUYERS = (Role.PURCHASER, Role.BOARD)
_SELLERS = (Role.MEMBER, Role.BOARD)


def enter_hours(
    session: Session,
    *,
    agreement: Agreement,
    line: AgreedLine,
    seller_id: int,
    worked_on: date,
    hours: Decimal,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> WorkedHours:
    """Write down what the actor worked; the customer hears it once a week.

    Raises:
        NotASupplier, AgreementOnOrder, AgreementEnded: no invoices are made from it, or the line is another's.
        DayTooFull, WrittenBefore, and the refusals of `WorkedHours.write`.
    """
    made = WorkedHours(seller_id=seller_id, user_id=actor.user_id)
    _write(session, made, agreement, line, worked_on, hours, note, at)
    session.add(made)
    session.flush()
    _record(session, "entered", agreement, [made], actor, at)
    week = rules.monday_of(worked_on)
    tell(
        session, agreement.buyer, _BUYERS, key=f"hours:{agreement.public_id}:{week.isoformat()}", at=at,
        link=f"/agreements/{agreement.public_id}/hours",
        subject=N_("Uren om te tekenen: %(title)s"),
        text=N_("Er zijn uren gewerkt voor %(title)s, in de week van %(week)s. Kijk ze na en teken ze."),
        facts={"title": agreement.title, "week": week},
    )  # fmt: skip
    return made


def change_hours(
    session: Session,
    *,
    held: WorkedHours,
    agreement: Agreement,
    line: AgreedLine,
    worked_on: date,
    hours: Decimal,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> WorkedHours:
    """Write one's hours anew; what was sent back waits for the customer again.

    Raises:
        HoursNotFound, AlreadySigned, DayTooFull, WrittenBefore, NotASupplier, and the refusals of `WorkedHours.write`.
    """
    held = queries.locked(session, held.id)
    held.check_open()
    _write(session, held, agreement, line, worked_on, hours, note, at)
    session.flush()
    _record(session, "changed", agreement, [held], actor, at)
    return held


def withdraw_hours(session: Session, *, hours: WorkedHours, actor: Actor, at: datetime) -> None:
    """Take one's hours away; nothing of them is kept.

    Raises:
        HoursNotFound, AlreadySigned: too late.
    """
    held = queries.locked(session, hours.id)
    held.check_open()
    _record(session, "withdrawn", agreement_by_id(session, held.agreement_id), [held], actor, at)
    session.delete(held)
    session.flush()


def sign_hours(
    session: Session, *, agreement: Agreement, chosen: Collection[str], actor: Actor, at: datetime
) -> Sequence[WorkedHours]:
    """Sign hours for the customer, each as it was read (`WorkedHours.seen`): from here on they never change.

    The suppliers hear it.

    Raises:
        NothingChosen: none of them waits any more.
        HoursChanged: one was written anew since it was read.
        OwnHours: the actor worked some of them.
    """
    held = _answer(session, agreement, chosen, HoursState.SIGNED, "", actor, at)
    for party in (each.party for each in agreement.suppliers):
        own = [each for each in held if each.seller_id == party.id]
        if own:
            tell(
                session, party, _SELLERS, key=f"hours:{own[0].public_id}:signed", at=at,
                link=f"/agreements/{agreement.public_id}/hours",
                subject=N_("Uren getekend: %(title)s"),
                text=N_("De klant tekende %(hours)s uur voor %(title)s. U kunt ze factureren."),
                facts={"title": agreement.title, "hours": _sum(own)},
            )  # fmt: skip
    return held


def send_back(
    session: Session,
    *,
    agreement: Agreement,
    chosen: Collection[str],
    reason: str,
    actor: Actor,
    at: datetime,
) -> Sequence[WorkedHours]:
    """Send hours back to who worked them, with a reason.

    Raises:
        ReasonMissing: no reason.
        NothingChosen, HoursChanged, OwnHours: as for signing.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
    text = short_text(reason, rules.NOTE, "reason")
    held = _answer(session, agreement, chosen, HoursState.SENT_BACK, text, actor, at)
    for user in {each.user_id: each.user for each in held}.values():
        first = next(each for each in held if each.user_id == user.id)
        send_mail(
            session, to=user.email, locale=user.locale, at=at, link="/hours",
            key=f"hours:{first.public_id}:back:{at.isoformat()}",
            subject=N_("Uren terug: %(title)s"),
            text=N_("De klant stuurde uren terug voor %(title)s. Reden: %(reason)s"),
            facts={"title": agreement.title, "reason": text},
        )  # fmt: skip
    return held


def invoice_hours(
    session: Session, *, agreement: Agreement, seller_id: int, actor: Actor, at: datetime
) -> Invoice:
    """Make a draft of all signed hours that stand on no invoice, at the prices of the agreement.

    Raises:
        NothingToInvoice: there are none (a colleague was first).
        RuleBroken: as for any draft.
    """
    held = queries.held_unbilled(session, agreement.id, seller_id)
    if not held:
        raise NothingToInvoice
    quantities: dict[int, Decimal] = defaultdict(Decimal)
    for each in held:
        quantities[each.agreement_line_id] += each.hours
    days = [each.worked_on for each in held]
    draft = draft_invoice(
        session, agreement=agreement, seller_id=seller_id, quantities=quantities, delivered_from=min(days),
        delivered_until=max(days), actor=actor, at=at,
    )  # fmt: skip
    for each in held:
        each.invoice_id = draft.id
    session.flush()
    _record(session, "invoiced", agreement, held, actor, at)
    return draft


def _write(
    session: Session, held: WorkedHours, agreement: Agreement, line: AgreedLine, on: date, hours: Decimal, note: str,
    at: datetime,
) -> None:  # fmt: skip
    """One person writes at a time, so that a day never holds more than a day."""
    agreement.check_seller(held.seller_id)
    if line not in agreement.lines_of(held.seller_id):
        raise NotASupplier
    session.execute(select(User.id).where(User.id == held.user_id).with_for_update(key_share=True))
    with session.no_autoflush:
        there = queries.on_day(session, held.user_id, on, held.id)
        held.write(
            agreement=agreement, line=line, worked_on=on, hours=hours, note=note, today=local_date(at), at=at
        )
    rules.check_full(sum(each.quarters for each in there), held.quarters)
    rules.check_new(
        (held.agreement_line_id, held.quarters, held.note),
        [(each.agreement_line_id, each.quarters, each.note) for each in there],
    )


def _answer(
    session: Session, agreement: Agreement, chosen: Collection[str], state: HoursState, text: str, actor: Actor,
    at: datetime,
) -> Sequence[WorkedHours]:  # fmt: skip
    held = queries.held_waiting(session, agreement.id, [rules.row_of(each) for each in chosen])
    if not held:
        raise NothingChosen(field="chosen")
    if any(each.seen not in chosen for each in held):
        raise HoursChanged(field="chosen")
    if any(each.user_id == actor.user_id for each in held):
        raise OwnHours(field="chosen")
    for each in held:
        each.state, each.answer, each.answered_by_id, each.answered_at = state, text, actor.user_id, at
    session.flush()
    _record(session, state.value, agreement, held, actor, at)
    return held


def _sum(held: Sequence[WorkedHours]) -> str:
    return f"{rules.hours_of(sum(each.quarters for each in held)).normalize():f}"


def _record(
    session: Session, what: str, agreement: Agreement, held: Sequence[WorkedHours], actor: Actor, at: datetime
) -> None:
    record(
        session, action=f"hours.{what}", subject=f"agreement:{agreement.reference}", actor_id=actor.user_id,
        facts={"rows": len(held), "quarters": sum(each.quarters for each in held)}, at=at,
    )  # fmt: skip
