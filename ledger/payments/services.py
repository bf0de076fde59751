"""Writing down payments of invoices, and what is paid back."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from ledger.advances.queries import find_covering_locked, is_received
from ledger.advances.services import hear_payment, parts_of_payment
from ledger.agreements.rules import NOTE, short_text
from ledger.books.rules import Posting
from ledger.books.services import post_batch
from ledger.chains.queries import split
from ledger.invoicing import queries as invoicing
from ledger.invoicing.events import InvoicePaid
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import BookLine
from ledger.invoicing.services import book, posting, step, tell
from ledger.payments import queries, rules
from ledger.payments.errors import (
    AlreadyUndone,
    ColleagueConfirms,
    KeyUsed,
    LooksDouble,
    NoSecondAccount,
    NotPayable,
    PaidToFund,
    SetOffStands,
)
from ledger.payments.events import PaymentRecorded, PaymentUndone
from ledger.payments.models import Payment, PaymentUndo
from ledger.payments.rules import PaymentKind

_SELLERS = (Role.MEMBER, Role.BOARD)
_BUYERS = (Role.PURCHASER, Role.BOARD)
MOST_REFERENCE = 140
"""Longest reference of a payment, in characters (SEPA remittance)."""


def record_payment(
    session: Session, *, invoice: Invoice, amount: Money, paid_on: date, reference: str, key: str, actor: Actor | None,
    at: datetime, past_fund: bool = False, blocked: bool = False,
) -> Payment:  # fmt: skip
    """Write down that the buyer paid (a part of) an invoice, in both sets of books.

    `key` is the caller's idempotency key: the same key with the same content gives the first payment back. An invoice
    that was assigned is paid to the fund, in its books too: money ahead is repaid first. `past_fund`: the buyer paid
    the seller's own account all the same. `blocked`: it went to the seller's G-account. No `actor`: a bank told of it.

    Raises:
        NotPayable, AlreadyPaid, KeyUsed: conflicts.
        AmountNotPositive, PaymentAboveOpen, PaidInFuture, PaidBeforeInvoice, LooksDouble, NoSecondAccount: refused.
    """
    return _record(
        session, PaymentKind.PAYMENT, invoice, amount, paid_on, reference, key, actor, at, past_fund, blocked
    )


def record_refund(
    session: Session, *, invoice: Invoice, amount: Money, paid_on: date, reference: str, key: str, actor: Actor | None,
    at: datetime,
) -> Payment:  # fmt: skip
    """Write down that the seller paid back what was credited after payment.

    Raises:
        NothingToRefund: the seller owes nothing. Others as for a payment.
    """
    return _record(
        session, PaymentKind.REFUND, invoice, amount, paid_on, reference, key, actor, at, False, False
    )


def _record(
    session: Session, kind: PaymentKind, invoice: Invoice, amount: Money, paid_on: date, reference: str, key: str,
    actor: Actor | None, at: datetime, past_fund: bool, blocked: bool,
) -> Payment:  # fmt: skip
    held = invoicing.locked(session, invoice.id)
    mark = short_text(reference, MOST_REFERENCE, "reference", needed=False)
    if first := queries.find_by_key(session, key):
        asked = (held.id, kind, amount, paid_on, mark, blocked)
        if (
            first.invoice_id,
            first.kind,
            first.money,
            first.paid_on,
            first.reference,
            first.blocked,
        ) != asked:
            raise KeyUsed
        return first
    if held.is_credit_note or held.issued_on is None:
        raise NotPayable
    rules.check_payment(
        kind, amount, state=held.state, still_open=held.open, issued_on=held.issued_on, paid_on=paid_on,
        today=local_date(at), outside=held.outside,
    )  # fmt: skip
    if mark and queries.find_same(session, held.id, kind, amount.minor, paid_on, mark, blocked):
        raise LooksDouble(field="reference")
    if blocked and split(session, held.id) is None:
        raise NoSecondAccount
    transfer_id = _book(session, held, kind, amount, f"payment:{key}", paid_on, at, past_fund, blocked)
    made = Payment(
        invoice_id=held.id, kind=kind, amount=amount.minor, currency=amount.currency, paid_on=paid_on, reference=mark,
        blocked=blocked, key=key, recorded_by_id=actor.user_id if actor else None,
        recorded_at=at, transfer_id=transfer_id,
    )  # fmt: skip
    _write_down(session, held, made, actor, at)
    _tell(session, held, made, at)
    return made


def set_off(
    session: Session, *, amounts: Mapping[int, Money], mark: str, actor: Actor, at: datetime
) -> dict[int, Payment]:
    """Write down that invoices were paid by set-off, `amounts` by their inner ids; all or none.

    `mark` names the set-off, and is part of each key: the same invoice is in one set-off once. All movements are
    posted at once, so that their accounts are locked in one order. Who may set off what the caller has decided.

    Raises:
        NotPayable, AlreadyPaid, AmountNotPositive, PaymentAboveOpen: an invoice changed. Nothing has been posted.
    """
    today = local_date(at)
    postings, held = list[Posting](), dict[int, Invoice]()
    for invoice_id in sorted(amounts):
        invoice, amount = invoicing.locked(session, invoice_id), amounts[invoice_id]
        if invoice.is_credit_note or invoice.issued_on is None:
            raise NotPayable
        rules.check_payment(
            PaymentKind.PAYMENT, amount, state=invoice.state, still_open=invoice.open, issued_on=invoice.issued_on,
            paid_on=today, today=today,
        )  # fmt: skip
        held[invoice_id] = invoice
        lines = rules.set_off_lines(seller_id=invoice.seller_id, buyer_id=invoice.buyer_id, amount=amount)
        postings.append(
            posting(
                session, invoice=invoice, key=f"payment:{mark}:{invoice.public_id}", kind=rules.SET_OFF,
                lines=lines, on=today, clearing=mark,
            )
        )  # fmt: skip
    made = {}
    for invoice, posted in zip(held.values(), post_batch(session, postings, at=at), strict=True):
        amount = amounts[invoice.id]
        made[invoice.id] = Payment(
            invoice_id=invoice.id, kind=PaymentKind.PAYMENT, amount=amount.minor, currency=amount.currency,
            paid_on=today, reference=mark, blocked=False, key=f"{mark}:{invoice.public_id}",
            recorded_by_id=actor.user_id, recorded_at=at, transfer_id=posted.transfer_id,
        )  # fmt: skip
        _write_down(session, invoice, made[invoice.id], actor, at)
    return made


def pay_from_ahead(
    session: Session, *, invoice_id: int, amount: Money, reference: str, key: str, actor: Actor, at: datetime,
    kind: PaymentKind = PaymentKind.PAYMENT,
) -> Payment:  # fmt: skip
    """Pay (a part of) an invoice from what stands ahead between its buyer and seller, in both sets of books.

    Whether so much stands ahead the caller has seen, and holds it. `key` is the caller's idempotency key. A refund is
    the other way round: what is owed back on the invoice comes to stand ahead, and the caller uses it at once.

    Raises:
        NotPayable, AlreadyPaid, NothingToRefund, AmountNotPositive, PaymentAboveOpen: the invoice changed, and
            nothing has been posted.
    """
    held, today = invoicing.locked(session, invoice_id), local_date(at)
    if held.is_credit_note or held.issued_on is None:
        raise NotPayable
    rules.check_payment(
        kind, amount, state=held.state, still_open=held.open, issued_on=held.issued_on, paid_on=today, today=today,
        outside=held.outside,
    )  # fmt: skip
    moved = amount if kind is PaymentKind.PAYMENT else -amount
    lines = rules.ahead_lines(seller_id=held.seller_id, buyer_id=held.buyer_id, amount=moved)
    transfer_id = book(
        session, invoice=held, key=f"payment:{key}", kind=rules.FROM_AHEAD, lines=lines, at=at, on=today
    )
    made = Payment(
        invoice_id=held.id, kind=kind, amount=amount.minor, currency=amount.currency, paid_on=today,
        reference=reference, blocked=False, key=key, recorded_by_id=actor.user_id, recorded_at=at,
        transfer_id=transfer_id,
    )  # fmt: skip
    _write_down(session, held, made, actor, at)
    return made


def _write_down(session: Session, held: Invoice, made: Payment, actor: Actor | None, at: datetime) -> None:
    """Count a payment on its invoice, and tell the subjects above."""
    session.add(made)
    kind, amount = made.kind, made.money
    sign = 1 if kind is PaymentKind.PAYMENT else -1
    held.paid_amount += sign * amount.minor
    whole = held.settle()
    if whole:
        held.paid_on = made.paid_on
    session.flush()
    step(session, held, kind.value, actor, at, note=made.reference, amount=amount)
    emit(session, PaymentRecorded(made.id, held.id, sign * amount.minor))
    if whole:
        step(session, held, "paid", None, at, amount=held.total)
        emit(session, InvoicePaid(held.id))


def _book(
    session: Session, invoice: Invoice, kind: PaymentKind, amount: Money, key: str, paid_on: date, at: datetime,
    past_fund: bool, blocked: bool,
) -> int:  # fmt: skip
    """Book the movement; under an assignment the fund's books have their part, and the advance hears of it."""
    assigned = kind is PaymentKind.PAYMENT and not blocked  # what goes to a G-account is never made over
    advance = find_covering_locked(session, invoice) if assigned else None
    lines = rules.payment_lines(
        kind, seller_id=invoice.seller_id, buyer_id=invoice.buyer_id, amount=amount, blocked=blocked
    )
    parts = None
    if advance is not None and not past_fund:
        parts, lines = parts_of_payment(advance, amount)
    transfer_id = book(
        session, invoice=invoice, key=key, kind=f"invoice_{kind}", at=at, on=paid_on, lines=lines
    )
    if advance is not None:
        hear_payment(
            session,
            advance=advance,
            parts=parts,
            amount=amount,
            on=paid_on,
            transfer_id=transfer_id,
            at=at,
        )
    return transfer_id


def _tell(session: Session, invoice: Invoice, payment: Payment, at: datetime) -> None:
    refund = payment.kind is PaymentKind.REFUND
    facts = {
        "buyer": invoice.buyer.name, "seller": invoice.seller.name, "number": invoice.number,
        "amount": payment.money, "open": invoice.open, "on": payment.paid_on,
    }  # fmt: skip
    text = N_("%(buyer)s betaalde %(amount)s van factuur %(number)s op %(on)s. Nog open: %(open)s.")
    if refund:
        text = N_("%(seller)s betaalde %(amount)s van factuur %(number)s terug op %(on)s.")
    tell(
        session, invoice.buyer if refund else invoice.seller, _BUYERS if refund else _SELLERS,
        key=f"payment:{payment.public_id}", at=at, link=f"/invoices/{invoice.public_id}",
        subject=N_("Betaling van factuur %(number)s"), text=text, facts=facts,
    )  # fmt: skip


def undo_payment(
    session: Session, *, payment: Payment, reason: str, two: bool, actor: Actor, at: datetime
) -> bool:
    """Take a payment or refund back by the opposite transfer; what it paid is open again. Whether it is done now.

    `two`: another person must ask the same first. The opposite counts on the day of the payment, or where that is
    closed in one of the books, on the first day that is open in both.

    Raises:
        AlreadyUndone, ColleagueConfirms, PaidToFund, SetOffStands, RefundFirst, TextMissing: nothing has changed.
    """
    held = invoicing.locked(session, payment.invoice_id)
    asked = queries.find_undo(session, payment.id)
    if asked is not None and asked.done_at is not None:
        raise AlreadyUndone
    if is_received(session, payment.transfer_id):
        raise PaidToFund
    if queries.is_set_off(session, payment):
        raise SetOffStands
    cents = payment.amount if payment.kind is PaymentKind.PAYMENT else -payment.amount
    if asked is None:
        text = short_text(reason, NOTE, "reason")
        asked = PaymentUndo(
            payment_id=payment.id, reason=text, asked_by_id=actor.user_id, asked_at=at, two=two
        )
        session.add(asked)
        session.flush()
        if two:
            return False
    elif asked.two and asked.asked_by_id == actor.user_id:
        raise ColleagueConfirms
    lines = _opposite(session, held, payment)
    held.take_back(cents)
    asked.transfer_id = book(
        session, invoice=held, key=f"payment:undone:{payment.public_id}", kind="invoice_payment_undone", at=at,
        on=payment.paid_on, lines=lines,
    )  # fmt: skip
    asked.done_at, asked.done_by_id = at, actor.user_id
    session.flush()
    payment.undone_at = at
    session.flush()
    step(session, held, "undone", actor, at, note=asked.reason, amount=payment.money)
    emit(session, PaymentUndone(payment.id, held.id))
    _tell_undone(session, held, payment, asked.reason, at)
    return True


def _opposite(session: Session, held: Invoice, payment: Payment) -> list[BookLine]:
    """The lines that take a payment back: what stood ahead stands ahead again."""
    facts = {"seller_id": held.seller_id, "buyer_id": held.buyer_id}
    if queries.is_from_ahead(session, payment):
        cents = payment.money if payment.kind is PaymentKind.REFUND else -payment.money
        return rules.ahead_lines(amount=cents, **facts)
    return rules.payment_lines(payment.kind, amount=-payment.money, blocked=payment.blocked, **facts)


def drop_undo(session: Session, *, payment: Payment) -> None:
    """Forget what was asked and not done.

    Raises:
        AlreadyUndone: it was done meanwhile.
    """
    invoicing.locked(session, payment.invoice_id)
    asked = queries.find_undo(session, payment.id)
    if asked is None or asked.done_at is not None:
        raise AlreadyUndone
    session.delete(asked)
    session.flush()


def _tell_undone(session: Session, invoice: Invoice, payment: Payment, reason: str, at: datetime) -> None:
    for party, roles in ((invoice.seller, _SELLERS), (invoice.buyer, _BUYERS)):
        tell(
            session, party, roles, key=f"payment:undone:{payment.public_id}:{party.id}", at=at,
            link=f"/invoices/{invoice.public_id}",
            subject=N_("Betaling van factuur %(number)s teruggedraaid"),
            text=N_(
                "De betaling van %(amount)s van %(on)s op factuur %(number)s is teruggedraaid. Open: %(open)s. "
                "Reden: %(reason)s"
            ),
            facts={
                "number": invoice.number, "amount": payment.money, "on": payment.paid_on, "open": invoice.open,
                "reason": reason,
            },
        )  # fmt: skip
