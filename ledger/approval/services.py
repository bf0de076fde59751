"""The buyer's acts: approve, dispute, and choose how approving goes."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.events import emit
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from ledger.agreements.models import Agreement
from ledger.agreements.rules import NOTE, short_text
from ledger.approval import queries, rules
from ledger.approval.errors import AlreadyDisputed, ColleagueConfirms, NotWaiting, ReasonMissing
from ledger.approval.models import ApprovalSetting
from ledger.invoicing import queries as invoicing
from ledger.invoicing.events import InvoiceApproved, InvoiceDisputed, InvoiceSent
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceState
from ledger.invoicing.services import book, step, tell
from ledger.kor.queries import is_small
from ledger.vat import rules as vat

_SELLERS = (Role.MEMBER, Role.BOARD)
_APPROVERS = (Role.PURCHASER, Role.BOARD)


def approve_invoice(
    session: Session,
    *,
    invoice: Invoice,
    agreement: Agreement | None,
    delivered: bool,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> Invoice:
    """Give one person's approval; the last one needed makes it a debt in the buyer's books.

    `delivered` is the statement that the work was done; `note` is needed when the invoice goes beyond the agreement,
    and when there is none.

    Raises:
        NotWaiting, OwnInvoice, SecondPersonNeeded, DeliveryNotConfirmed, DifferenceUnexplained: nothing has changed.
    """
    held = invoicing.locked(session, invoice.id)
    buyer = held.buyer
    if held.is_credit_note or not isinstance(buyer, Organisation):
        raise NotWaiting
    chosen = queries.settings(session, buyer)
    given = queries.approved_by(session, held)
    text = short_text(note, NOTE, "note", needed=False)
    rules.check_approval(
        state=held.state, user_id=actor.user_id, sent_by_id=held.sent_by_id, approved_by=given, limit=chosen.limit,
        delivered=delivered, above_agreement=queries.above(session, held, agreement), note=text,
    )  # fmt: skip
    step(session, held, "approval", actor, at, note=text)
    if len(given) + 1 >= rules.approvals_needed(held.total, chosen.limit):
        small = is_small(session, held.buyer_id, held.delivered_until)  # under the scheme no VAT comes back
        _approve(session, held, chosen.vat_recoverable and not small, at)
    else:
        tell(
            session, held.buyer, _APPROVERS, key=f"invoice:{held.public_id}:second:{held.round}", at=at,
            link=f"/invoices/{held.public_id}",
            subject=N_("Factuur %(number)s wacht op een tweede akkoord"),
            text=N_("%(name)s gaf akkoord op factuur %(number)s van %(total)s. Een collega kijkt ook."),
            facts={"number": held.number, "name": actor.name, "total": held.total},
        )  # fmt: skip
    return held


def _approve(session: Session, invoice: Invoice, recoverable: bool, at: datetime) -> None:
    """Make it a debt: the invoice, and credit notes that came before the approval."""
    invoice.state, invoice.approved_at, invoice.vat_recoverable = InvoiceState.APPROVED, at, recoverable
    session.flush()
    _book(session, invoice, recoverable, at)
    step(session, invoice, "approved", None, at, amount=invoice.total)
    tell(
        session, invoice.seller, _SELLERS, key=f"invoice:{invoice.public_id}:approved", at=at,
        link=f"/invoices/{invoice.public_id}",
        subject=N_("Factuur %(number)s is goedgekeurd"),
        text=N_("%(buyer)s keurde factuur %(number)s goed en betaalt %(open)s, uiterlijk op %(due)s."),
        facts={
            "buyer": invoice.buyer.name, "number": invoice.number, "open": invoice.open, "due": invoice.due_on,
        },
    )  # fmt: skip
    emit(session, InvoiceApproved(invoice.id))
    for note in invoicing.credit_notes(session, invoice.id):
        _book_credit(session, note, recoverable, at)


def shifted_vat(invoice: Invoice) -> Money:
    """The VAT that the buyer of an invoice declares itself; zero where none is shifted."""
    nets = (line.net for line in invoice.vat_lines if line.category == "AE")
    return sum((vat.shifted(net, invoice.delivered_until) for net in nets), Money(0))


def _book(session: Session, invoice: Invoice, recoverable: bool, at: datetime) -> None:
    book(
        session, invoice=invoice, key=f"invoice:{invoice.public_id}:approved", at=at,
        kind="credit_note_approved" if invoice.is_credit_note else "invoice_approved",
        lines=rules.buyer_lines(
            seller_id=invoice.seller_id, buyer_id=invoice.buyer_id, net=invoice.net, vat=invoice.vat,
            recoverable=recoverable, credit=invoice.is_credit_note, shifted=shifted_vat(invoice), ahead=invoice.ahead,
        ),
    )  # fmt: skip


def _book_credit(session: Session, note: Invoice, recoverable: bool, at: datetime) -> None:
    note.state, note.approved_at, note.vat_recoverable = InvoiceState.APPROVED, at, recoverable
    session.flush()
    _book(session, note, recoverable, at)
    step(session, note, "approved", None, at, amount=note.total)
    emit(session, InvoiceApproved(note.id))


def hear_sent(session: Session, event: InvoiceSent) -> None:
    """A credit note for an approved invoice goes straight into the buyer's books: it only takes debt away."""
    note = invoicing.invoice_by_id(session, event.invoice_id)
    original = note.credits
    if original is not None and original.approved_at is not None and note.sent_at is not None:
        _book_credit(session, note, bool(original.vat_recoverable), note.sent_at)


def dispute_invoice(
    session: Session, *, invoice: Invoice, reason: str, actor: Actor, at: datetime
) -> Invoice:
    """Refuse an invoice for now; approvals given before no longer count. The seller credits it or explains.

    Raises:
        NotWaiting: approved, paid or credited in the meantime.
        AlreadyDisputed: somebody was first.
        ReasonMissing: no reason.
    """
    held = invoicing.locked(session, invoice.id)
    if held.state is InvoiceState.DISPUTED:
        raise AlreadyDisputed
    if held.state is not InvoiceState.SENT or held.is_credit_note:
        raise NotWaiting
    if not reason.strip():
        raise ReasonMissing(field="reason")
    text = short_text(reason, NOTE, "reason")
    held.state, held.disputed_at, held.round = InvoiceState.DISPUTED, at, held.round + 1
    session.flush()
    step(session, held, "dispute", actor, at, note=text)
    tell(
        session, held.seller, _SELLERS, key=f"invoice:{held.public_id}:dispute:{held.round}", at=at,
        link=f"/invoices/{held.public_id}",
        subject=N_("Bezwaar tegen factuur %(number)s"),
        text=N_("%(buyer)s maakt bezwaar tegen factuur %(number)s. Reden: %(reason)s"),
        facts={"buyer": held.buyer.name, "number": held.number, "reason": text},
    )  # fmt: skip
    emit(session, InvoiceDisputed(held.id))
    return held


def set_limit(session: Session, *, buyer: Organisation, limit: Money, actor: Actor, at: datetime) -> bool:
    """Choose above which total a second person approves. Lower counts at once; higher when a colleague asks the same.

    Returns whether it counts now.

    Raises:
        LimitWrong: below zero.
        ColleagueConfirms: the same person asked twice.
    """
    rules.check_limit(limit)
    row = _setting(session, buyer)
    higher = row.limit < limit
    confirmed = row.asked == limit and row.asked_by_id is not None
    if higher and confirmed and row.asked_by_id == actor.user_id:
        raise ColleagueConfirms(field="four_eyes_above")
    counts = not higher or confirmed
    if counts:
        row.four_eyes_above, row.asked_four_eyes_above, row.asked_by_id = limit.minor, None, None
    else:
        row.asked_four_eyes_above, row.asked_by_id = limit.minor, actor.user_id
    session.flush()
    record(
        session, action="approval.limit_set" if counts else "approval.limit_asked", at=at,
        subject=f"organisation:{buyer.id}", actor_id=actor.user_id, facts={"limit": limit.minor},
    )  # fmt: skip
    return counts


def set_vat_recoverable(
    session: Session, *, buyer: Organisation, recoverable: bool, actor: Actor, at: datetime
) -> None:
    """Choose whether VAT on purchases is got back; counts for approvals from now on."""
    row = _setting(session, buyer)
    row.vat_recoverable = recoverable
    session.flush()
    record(
        session, action="approval.vat_set", subject=f"organisation:{buyer.id}", actor_id=actor.user_id,
        facts={"recoverable": recoverable}, at=at,
    )  # fmt: skip


def _setting(session: Session, buyer: Organisation) -> ApprovalSetting:
    session.execute(
        insert(ApprovalSetting)
        .values(
            party_id=buyer.id, four_eyes_above=rules.FOUR_EYES_ABOVE.minor,
            vat_recoverable=rules.recovers_vat(buyer.anchor_type),
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    return queries.locked_setting(session, buyer.id)
