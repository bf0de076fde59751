"""Making, sending and crediting invoices. Upper storeys make agreements through this door as well."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.agreements.models import Agreement
from ledger.agreements.rules import NOTE, AgreementLine, short_text
from ledger.agreements.services import end_agreement, make_agreement
from ledger.books.rules import Leg, Posting
from ledger.books.services import post_batch, state_intent
from ledger.closing.queries import first_open
from ledger.customers.errors import CustomerGone
from ledger.customers.models import Customer
from ledger.customers.queries import facts_of
from ledger.customers.rules import check_shift
from ledger.customers.services import tell
from ledger.invoicing import queries, rules
from ledger.invoicing.errors import (
    LineOfOtherAgreement,
    NotADraft,
    NotCreditable,
    NothingToPay,
    ReferenceMissing,
    SellerIbanMissing,
    SellerKvkMissing,
)
from ledger.invoicing.events import InvoicePaid, InvoiceSent
from ledger.invoicing.models import Invoice, InvoiceLine, InvoiceStep
from ledger.invoicing.rules import BookLine, InvoiceKind, InvoiceState
from ledger.kor.queries import is_small_over
from ledger.kor.rules import code_for
from ledger.kor.services import reason_for
from ledger.numbering.services import next_number
from ledger.vat import rules as vat

__all__ = [
    "AgreementLine", "book", "change_draft", "credit_invoice", "discard_draft", "draft_invoice", "end_agreement",
    "free_lines", "locked_draft", "make_agreement", "posting", "send_invoice", "tell", "totals_of", "write_draft",
]  # fmt: skip

_SENDERS = (Role.MEMBER, Role.BOARD)
_BUYERS = (Role.PURCHASER, Role.BOARD)


def draft_invoice(
    session: Session, *, agreement: Agreement, seller_id: int, quantities: Mapping[int, Decimal], delivered_from: date,
    delivered_until: date, actor: Actor, at: datetime, **facts: str,
) -> Invoice:  # fmt: skip
    """Make a draft from an agreement: quantities per agreement line id; lines left out are not on it.

    `facts`: what `rules.texts` takes.

    Raises:
        NotASupplier: the seller does not supply under the agreement.
        AgreementEnded: no more invoices are made from it.
        RuleBroken: wrong lines, days or texts.
    """
    agreement.check_seller(seller_id)
    lines, sums = _lines(session, agreement, seller_id, quantities, delivered_from, delivered_until, at)
    made = Invoice(
        kind=InvoiceKind.INVOICE, lines=lines, sums=sums, agreement_id=agreement.id, seller_id=seller_id,
        buyer_id=agreement.buyer_id, created_at=at, created_by_id=actor.user_id, delivered_from=delivered_from,
        delivered_until=delivered_until, contract_reference=agreement.reference,
        payment_days=agreement.payment_days, **rules.texts(**facts),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return queries.invoice_by_id(session, made.id)


def change_draft(
    session: Session, *, invoice: Invoice, agreement: Agreement, quantities: Mapping[int, Decimal],
    delivered_from: date, delivered_until: date, at: datetime, **facts: str,
) -> Invoice:  # fmt: skip
    """Write a draft anew.

    Raises:
        NotADraft: it was sent in the meantime.
        RuleBroken: as for a new draft.
    """
    held = locked_draft(session, invoice)
    lines, sums = _lines(session, agreement, held.seller_id, quantities, delivered_from, delivered_until, at)
    return write_draft(session, held, lines, sums, delivered_from, delivered_until, **facts)


def write_draft(
    session: Session, held: Invoice, lines: Sequence[InvoiceLine], sums: vat.Totals, delivered_from: date,
    delivered_until: date, **facts: str,
) -> Invoice:  # fmt: skip
    """Put lines, days and texts on a draft that is held."""
    held.fill(lines, sums)
    held.delivered_from, held.delivered_until = delivered_from, delivered_until
    for name, value in rules.texts(**facts).items():
        setattr(held, name, value)
    session.flush()
    return held


def discard_draft(session: Session, *, invoice: Invoice) -> None:
    """Throw a draft away; it never had a number.

    Raises:
        NotADraft: it was sent in the meantime.
    """
    session.delete(locked_draft(session, invoice))
    session.flush()


def send_invoice(
    session: Session, *, invoice: Invoice, agreement: Agreement | None, actor: Actor, at: datetime
) -> Invoice:
    """Number a draft, write down who both parties are today, book it in the seller's books and tell the buyer.

    From here on nothing on it changes; a credit note is the only correction. Who is outside gets the invoice itself
    by mail, from who hears `InvoiceSent`.

    Raises:
        NotADraft: it was sent before (a double click).
        AgreementEnded, KorLimitPassed, and the refusals of `ledger.vat.rules.check_categories`.
        ReferenceMissing, SellerIbanMissing, SellerKvkMissing, NothingToPay: what a lawful invoice lacks.
    """
    held = locked_draft(session, invoice)
    held.fill(*_again(session, held, agreement, at))
    exempt = reason_for(
        session,
        party_id=held.seller_id,
        supplied_on=held.delivered_until,
        net=held.net,
        issued_on=local_date(at),
    )
    held.exemption_reason = exempt or held.exemption_reason
    _send(session, held, actor, at)
    if held.outside:
        return held
    tell(
        session, held.buyer, _BUYERS, key=f"invoice:{held.public_id}:sent", link=f"/invoices/{held.public_id}", at=at,
        subject=N_("Nieuwe factuur %(number)s van %(seller)s"),
        text=N_("%(seller)s stuurt u factuur %(number)s van %(total)s. Kijk of alles klopt. Betaal voor %(due)s."),
        facts={"number": held.number, "seller": held.seller.name, "total": held.total, "due": held.due_on},
    )  # fmt: skip
    return held


def credit_invoice(
    session: Session, *, invoice: Invoice, quantities: Mapping[int, Decimal], reason: str, actor: Actor, at: datetime
) -> Invoice:  # fmt: skip
    """Make and send a credit note: quantities per line id of the invoice; the reason is shown to the buyer.

    Raises:
        NotCreditable: a draft, a credit note, or nothing is left.
        CreditLineAboveInvoice, CreditAboveInvoice: more than is left.
        TextMissing: no reason.
    """
    held = queries.locked(session, invoice.id)
    if held.is_credit_note or held.state in {InvoiceState.DRAFT, InvoiceState.CREDITED}:
        raise NotCreditable
    reason = short_text(reason, NOTE, "reason")
    lines = held.credit_lines(quantities, queries.credited_quantities(session, held.id))
    sums = totals_of(lines)
    rules.check_credit(sums.total, held.total, held.credited)
    note = Invoice(
        kind=InvoiceKind.CREDIT_NOTE, lines=lines, sums=sums, agreement_id=held.agreement_id,
        seller_id=held.seller_id, buyer_id=held.buyer_id, outside=held.outside, prepayment=held.prepayment,
        credits_id=held.id, created_at=at, created_by_id=actor.user_id, delivered_from=held.delivered_from,
        delivered_until=held.delivered_until,
        contract_reference=held.contract_reference, payment_days=held.payment_days,
        **rules.texts(held.buyer_reference, held.order_reference, reason, held.exemption_reason),
    )  # fmt: skip
    session.add(note)
    session.flush()
    note = queries.invoice_by_id(session, note.id)
    paid = held.take_credit(note.total)
    step(session, held, "credited", actor, at, note=reason, amount=note.total)
    _send(session, note, actor, at)
    if paid:  # what was left open after a part was paid is gone now
        held.paid_on = note.issued_on
        step(session, held, "paid", None, at, amount=held.paid)
        emit(session, InvoicePaid(held.id))
    if held.outside:
        return note
    tell(
        session, held.buyer, _BUYERS, key=f"invoice:{note.public_id}:sent", link=f"/invoices/{note.public_id}", at=at,
        subject=N_("Creditfactuur %(number)s van %(seller)s"),
        text=N_("%(seller)s neemt %(total)s terug van factuur %(original)s. Reden: %(reason)s"),
        facts={
            "number": note.number, "seller": held.seller.name, "total": note.total, "original": held.number,
            "reason": reason,
        },
    )  # fmt: skip
    return note


def step(
    session: Session, invoice: Invoice, kind: str, actor: Actor | None, at: datetime, *, note: str = "",
    amount: Money | None = None,
) -> None:  # fmt: skip
    """Add to what happened to an invoice, and to the audit log."""
    who = actor.user_id if actor else None
    cents = amount.minor if amount is not None else None
    made = InvoiceStep(
        invoice_id=invoice.id,
        kind=kind,
        round=invoice.round,
        user_id=who,
        at=at,
        note=note.strip(),
        amount=cents,
    )
    session.add(made)
    session.flush()
    facts: dict[str, object] = {"number": invoice.number or ""} | ({} if cents is None else {"amount": cents})
    record(
        session, action=f"invoice.{kind}", subject=f"invoice:{invoice.public_id}", actor_id=who, facts=facts, at=at
    )  # fmt: skip


def book(
    session: Session, *, invoice: Invoice, key: str, kind: str, lines: Sequence[BookLine], at: datetime,
    on: date | None = None,
) -> int:  # fmt: skip
    """Post lines about an invoice, once per key; `on` is the day it counts when not the day of `at`.

    Where a set of books is closed over that day, it counts on the first day open in all. Who is outside has no books
    here: its lines, zero together, are left out. All of an invoice hangs on one intent. Gives the transfer's inner id.
    """
    one = posting(session, invoice=invoice, key=key, kind=kind, lines=lines, on=on)
    return post_batch(session, [one], at=at)[0].transfer_id


def posting(
    session: Session, *, invoice: Invoice, key: str, kind: str, lines: Sequence[BookLine], on: date | None = None,
    clearing: str = "",
) -> Posting:  # fmt: skip
    """What `book` posts, to be posted with others at once; `clearing` names the clearing accounts it uses."""
    original = invoice.credits or invoice
    lines = [line for line in lines if not (invoice.outside and line.party_id == invoice.buyer_id)]
    intent_id = state_intent(
        session, kind="invoice", reference=f"invoice:{original.public_id}", payer_id=invoice.buyer_id,
        payee_id=invoice.seller_id,
    )  # fmt: skip
    legs = []
    for line in lines:
        which = clearing if line.role is AccountRole.CLEARING else rules.subkey(line.other_id)
        opened = open_account(session, party_id=line.party_id, role=line.role, subkey=which)
        legs.append(Leg(opened, line.amount))
    counts = rules.at_noon(first_open(session, {line.party_id for line in lines}, on)) if on else None
    return Posting(key, kind, legs, counts, intent_id)


def locked_draft(session: Session, invoice: Invoice) -> Invoice:
    """A draft as it is now, and nobody else's until the end of the transaction.

    Raises:
        NotADraft: it was sent in the meantime.
    """
    held = queries.locked(session, invoice.id)
    if held.state is not InvoiceState.DRAFT:
        raise NotADraft
    return held


def _lines(
    session: Session, agreement: Agreement, seller_id: int, quantities: Mapping[int, Decimal], first: date,
    last: date, at: datetime,
) -> tuple[list[InvoiceLine], vat.Totals]:  # fmt: skip
    own = agreement.lines_of(seller_id)
    rules.check_delivered(
        first, last, today=local_date(at), starts_on=agreement.starts_on, ends_on=agreement.ends_on
    )
    if set(quantities) - {line.id for line in own}:
        raise LineOfOtherAgreement
    small = is_small_over(session, seller_id, first, last)
    lines = [
        InvoiceLine(
            description=line.description, unit=line.unit, quantity=quantities[line.id], unit_price=line.unit_price,
            rate=vat.rate_over(code_for(line.vat_code, small=small), first, last), agreement_line_id=line.id,
        )
        for line in own
        if quantities.get(line.id)
    ]  # fmt: skip
    return lines, totals_of(lines)


def _again(
    session: Session, held: Invoice, agreement: Agreement | None, at: datetime
) -> tuple[list[InvoiceLine], vat.Totals]:
    """The lines of a draft by what counts now: the agreement, or the lines as they were typed."""
    first, last = held.delivered_from, held.delivered_until
    if agreement is not None:
        agreement.check_seller(held.seller_id)
    if agreement is None or held.prepayment:
        return free_lines(session, held.seller_id, held.lines, first, last, at)
    settled = [line for line in held.lines if line.settles_id is not None]
    for key in sorted({line.settles_id or 0 for line in settled}):
        queries.locked(
            session, key
        )  # before a line points there: two senders would wait for each other for ever
    quantities = {line.agreement_line_id or 0: line.quantity for line in held.lines if line not in settled}
    lines, _sums = _lines(session, agreement, held.seller_id, quantities, first, last, at)
    lines += [line.settling_again() for line in settled]
    return lines, totals_of(lines)


def free_lines(
    session: Session, seller_id: int, typed: Sequence[rules.FreeLine], first: date, last: date, at: datetime
) -> tuple[list[InvoiceLine], vat.Totals]:
    """Lines of no agreement, each with the rate of the days of delivery.

    Raises:
        EndsBeforeStart, DeliveredInFuture; what is wrong with a quantity, a price or a rate.
    """
    rules.check_delivered(first, last, today=local_date(at), starts_on=first, ends_on=last)
    small = is_small_over(session, seller_id, first, last)
    lines = [
        InvoiceLine(
            description=each.description, unit=each.unit, quantity=each.quantity, unit_price=each.unit_price,
            rate=vat.rate_over(code_for(each.vat_code, small=small), first, last),
        )
        for each in typed
    ]  # fmt: skip
    return lines, totals_of(lines)


def totals_of(lines: Sequence[InvoiceLine]) -> vat.Totals:
    """What lines add up to."""
    return vat.totals((line.category, line.percent, line.net) for line in lines)


def _send(session: Session, invoice: Invoice, actor: Actor, at: datetime) -> None:
    seller, buyer = invoice.seller, invoice.buyer
    if not seller.kvk_number:
        raise SellerKvkMissing
    if not seller.iban:
        raise SellerIbanMissing
    known_by = invoice.buyer_reference or invoice.order_reference or invoice.contract_reference
    if not (known_by or invoice.outside):
        raise ReferenceMissing(field="buyer_reference")
    if not invoice.total_amount:
        raise NothingToPay
    if isinstance(buyer, Customer) and invoice.credits is None:
        if buyer.removed_at is not None:
            raise CustomerGone
        check_shift((line.category for line in invoice.lines), country=buyer.country, vat_id=buyer.vat_id)
    vat.check_categories(
        (line.category for line in invoice.lines), seller_vat_id=seller.vat_id, buyer_vat_id=buyer.vat_id,
        reason=invoice.exemption_reason,
    )  # fmt: skip
    session.flush()  # lines and VAT go in while it is a draft; afterwards the database refuses them
    issued_on = local_date(at)
    given = next_number(session, party_id=invoice.seller_id, year=issued_on.year)
    invoice.number, invoice.payment_reference = given.number, given.payment_reference
    invoice.series_prefix, invoice.series_number = given.prefix, given.sequence
    invoice.issued_on, invoice.due_on = issued_on, rules.due_on(issued_on, invoice.payment_days)
    invoice.sent_at, invoice.sent_by_id = at, actor.user_id
    invoice.seller_facts, invoice.buyer_facts = facts_of(seller), _buyer_facts(invoice)
    invoice.state = InvoiceState.SENT
    session.flush()
    book(
        session, invoice=invoice, key=f"invoice:{invoice.public_id}:sent", at=at,
        kind="credit_note_sent" if invoice.is_credit_note else "invoice_sent",
        lines=rules.seller_lines(
            seller_id=invoice.seller_id, buyer_id=invoice.buyer_id, net=invoice.net, vat=invoice.vat,
            credit=invoice.is_credit_note, ahead=invoice.ahead,
        ),
    )  # fmt: skip
    step(session, invoice, "sent", actor, at, amount=invoice.total)
    emit(session, InvoiceSent(invoice.id))


def _buyer_facts(invoice: Invoice) -> dict[str, str | None]:
    """Who the buyer is; whom a credit note is for stands on its invoice, also when the address book forgot it."""
    return (
        invoice.credits.buyer_facts or {} if invoice.outside and invoice.credits else facts_of(invoice.buyer)
    )
