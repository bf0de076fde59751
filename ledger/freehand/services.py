"""Drafts of invoices without an agreement. They are sent, credited and paid as all others are."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.identity.queries import find_organisation_by_kvk
from cwb.kernel.policy import Actor
from ledger.agreements.rules import FIRM_DAYS, check_payment_days, longest_payment_days
from ledger.customers.models import Customer
from ledger.customers.rules import check_shift
from ledger.freehand.errors import BuyerUnknown, HasAgreement, NobodyHere, OwnInvoice
from ledger.freehand.rules import Typed
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice, InvoiceLine
from ledger.invoicing.rules import InvoiceKind, texts
from ledger.invoicing.services import free_lines, locked_draft, write_draft


def draft_free(
    session: Session, *, seller_id: int, buyer: Organisation | Customer, lines: Sequence[Typed], delivered_from: date,
    delivered_until: date, payment_days: int, actor: Actor, at: datetime, **facts: str,
) -> Invoice:  # fmt: skip
    """Make a draft of typed lines; `facts` are what `ledger.invoicing.rules.texts` takes.

    Raises:
        BuyerUnknown, OwnInvoice: nobody to invoice.
        RuleBroken: wrong lines, days, term or texts; VAT shifted to who it cannot be.
    """
    if buyer.id == seller_id:
        raise OwnInvoice
    if isinstance(buyer, Customer) and (buyer.owner_id != seller_id or buyer.removed_at is not None):
        raise BuyerUnknown
    made, sums = free_lines(session, seller_id, lines, delivered_from, delivered_until, at)
    _check(buyer, made, payment_days)
    draft = Invoice(
        kind=InvoiceKind.INVOICE, lines=made, sums=sums, seller_id=seller_id, buyer_id=buyer.id,
        outside=isinstance(buyer, Customer), created_at=at, created_by_id=actor.user_id,
        delivered_from=delivered_from, delivered_until=delivered_until, contract_reference="",
        payment_days=payment_days, **texts(**facts),
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return invoicing.invoice_by_id(session, draft.id)


def change_free(
    session: Session, *, invoice: Invoice, lines: Sequence[Typed], delivered_from: date, delivered_until: date,
    payment_days: int, at: datetime, **facts: str,
) -> Invoice:  # fmt: skip
    """Write such a draft anew.

    Raises:
        NotADraft: it was sent in the meantime.
        HasAgreement: its lines are those of an agreement. Others as for a new one.
    """
    held = locked_draft(session, invoice)
    if held.agreement_id is not None:
        raise HasAgreement
    made, sums = free_lines(session, held.seller_id, lines, delivered_from, delivered_until, at)
    _check(held.buyer, made, payment_days)
    held.payment_days = payment_days
    return write_draft(session, held, made, sums, delivered_from, delivered_until, **facts)


def member_of(session: Session, *, kvk_number: str, seller_id: int) -> Organisation:
    """The organisation here with a KvK number.

    Raises:
        NobodyHere: there is none.
        OwnInvoice: it is the seller.
    """
    found = find_organisation_by_kvk(session, kvk_number)
    if found is None:
        raise NobodyHere(field="kvk_number")
    if found.id == seller_id:
        raise OwnInvoice(field="kvk_number")
    return found


def check_terms(buyer: Organisation | Customer, payment_days: int) -> None:
    """A term of payment that is lawful for this buyer.

    Raises:
        PaymentTermWrong, PaymentTermVoid.
    """
    if isinstance(buyer, Customer):
        check_payment_days(payment_days, FIRM_DAYS)
    else:
        most = longest_payment_days(
            public_body=buyer.is_contracting_authority, anchor=buyer.anchor_type is not None
        )
        check_payment_days(payment_days, most)


def _check(buyer: Organisation | Customer, lines: Sequence[InvoiceLine], payment_days: int) -> None:
    check_terms(buyer, payment_days)
    if isinstance(buyer, Customer):
        check_shift((line.category for line in lines), country=buyer.country, vat_id=buyer.vat_id)
