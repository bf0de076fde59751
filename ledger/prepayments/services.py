"""Asking money ahead, and taking it off a later invoice."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.agreements.models import Agreement
from ledger.invoicing import queries as invoicing
from ledger.invoicing.events import InvoiceSent
from ledger.invoicing.models import Invoice, InvoiceLine
from ledger.invoicing.rules import InvoiceKind, texts
from ledger.invoicing.services import free_lines, locked_draft, totals_of
from ledger.prepayments import queries, rules
from ledger.prepayments.errors import NothingToSettle, SettledMeanwhile
from ledger.vat.rules import rate_of


def ask_ahead(
    session: Session, *, agreement: Agreement, seller_id: int, percentage: Decimal | None, amount: Money | None,
    actor: Actor, at: datetime, **facts: str,
) -> Invoice:  # fmt: skip
    """Make a draft that asks money ahead of the work of an agreement; sent, approved, paid and credited as all are.

    `facts` are what `ledger.invoicing.rules.texts` takes.

    Raises:
        NotASupplier, AgreementOnOrder, AgreementEnded: not from this agreement.
        AheadWrong, AheadAboveAgreement: what is asked.
    """
    agreement.check_seller(seller_id)
    asked = rules.amount_ahead(
        percentage, amount, worth=agreement.part_of(seller_id),
        left=queries.left_to_ask(session, agreement, seller_id),
    )  # fmt: skip
    day = local_date(at)
    typed = rules.lines_ahead(asked, queries.worth_by_code(agreement, seller_id), agreement.reference)
    lines, sums = free_lines(session, seller_id, typed, day, day, at)
    draft = Invoice(
        kind=InvoiceKind.INVOICE, lines=lines, sums=sums, agreement_id=agreement.id, seller_id=seller_id,
        buyer_id=agreement.buyer_id, prepayment=True, created_at=at, created_by_id=actor.user_id, delivered_from=day,
        delivered_until=day, contract_reference=agreement.reference, payment_days=agreement.payment_days,
        **texts(**facts),
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return invoicing.invoice_by_id(session, draft.id)


def settle(session: Session, *, invoice: Invoice) -> Invoice:
    """Take off a draft what was asked ahead: as much as its work has at each rate, the oldest first.

    Raises:
        NotADraft: it was sent in the meantime.
        NothingToSettle: nothing is left, or nothing fits.
    """
    held = locked_draft(session, invoice)
    if held.prepayment or held.agreement_id is None:
        raise NothingToSettle
    open_ones = queries.open_ones(session, held.agreement_id, held.seller_id)
    numbers = {each.id: each.number for each, _ in open_ones}
    work: dict[rules.Rate, int] = {}
    for line in held.lines:
        if line.settles_id is None:
            rate = (line.category, line.percent)
            work[rate] = work.get(rate, 0) + line.net_amount
    parts = rules.settled_now([(each.id, left) for each, left in open_ones], work)
    if not parts:
        raise NothingToSettle
    off = [
        InvoiceLine(
            description=rules.SETTLED % numbers[key], unit="LS", quantity=Decimal(-1),
            unit_price=Money(cents).decimal(), rate=rate_of(*rate), settles_id=key,
        )
        for key, rate, cents in parts
    ]  # fmt: skip
    lines = [line for line in held.lines if line.settles_id is None] + off
    held.fill(lines, totals_of(lines))
    session.flush()
    return held


def hear_sent(session: Session, event: InvoiceSent) -> None:
    """Hold what a sent invoice settles, or a credit note takes back, and see that it is still there.

    Raises:
        SettledMeanwhile: it is not.
    """
    sent = invoicing.invoice_by_id(session, event.invoice_id)
    keys = {line.settles_id for line in sent.lines if line.settles_id is not None}
    if sent.prepayment and sent.credits_id is not None:
        keys.add(sent.credits_id)
    held = [invoicing.locked(session, key) for key in sorted(keys)]
    if any(cents < 0 for parts in queries.left_of(session, held).values() for cents in parts.values()):
        raise SettledMeanwhile
