"""What an invoice made here says as an electronic document."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Organisation
from cwb.notifications.models import Mail
from ledger.chains.models import InvoiceSplit
from ledger.einvoices.models import InvoiceCopy
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import whole


def plain(invoice: Invoice, *, iban: str | None = None, split: InvoiceSplit | None = None) -> dict[str, Any]:
    """A sent invoice as the plain data that `cwb invoice build` takes.

    `iban`: of who is paid in the seller's place; `split`: the part for its G-account.
    Where the buyer gave no reference of its own, the contract is what it knows the work by.
    """
    seller, buyer = _party(invoice.seller_facts or {}), _party(invoice.buyer_facts or {})
    earlier = invoice.credits
    return {
        "number": invoice.number, "type": invoice.kind.value, "issued_on": _day(invoice.issued_on),
        "due_on": None if invoice.is_credit_note else _day(invoice.due_on),
        "delivered": {"from": _day(invoice.delivered_from), "to": _day(invoice.delivered_until)},
        "buyer_reference": invoice.buyer_reference or ("" if invoice.order_reference else invoice.contract_reference),
        "order_reference": invoice.order_reference,
        "contract_reference": invoice.contract_reference, "note": invoice.note,
        "prepayment": invoice.prepayment, "vat_reason": invoice.exemption_reason,
        "payment_reference": invoice.payment_reference,
        "credit_of": {"number": earlier.number, "issued_on": _day(earlier.issued_on)} if earlier else None,
        "g_account": {"iban": split.term.iban, "amount": split.money.plain()} if split else None,
        "seller": seller | ({"iban": iban} if iban else {}), "buyer": buyer,
        "lines": [
            {
                "description": line.description, "quantity": f"{line.quantity.normalize():f}", "unit": line.unit,
                "unit_price": f"{line.unit_price.normalize():f}", "vat": line.vat_code.value,
                "settles_advance": line.settles_id is not None,
            }
            for line in invoice.lines
        ],
    }  # fmt: skip


class Copy(NamedTuple):
    """An invoice that was mailed; `waiting`: the letter did not go out yet, `fault`: what kept it the last time."""

    copy: InvoiceCopy
    waiting: bool
    fault: str | None


def copies(session: Session, invoice: Invoice) -> list[Copy]:
    """To whom an invoice was mailed, newest first; letters that were cleared since went out."""
    found = session.scalars(
        select(InvoiceCopy)
        .where(InvoiceCopy.invoice_id == invoice.id)
        .options(joinedload(InvoiceCopy.sent_by))
        .order_by(InvoiceCopy.id.desc())
    ).all()
    waiting = select(Mail.key, Mail.fault).where(
        Mail.key.in_([each.mail_key for each in found]), Mail.sent_at.is_(None)
    )
    faults = dict(session.execute(waiting).all()) if found else {}
    return [Copy(each, each.mail_key in faults, faults.get(each.mail_key)) for each in found]


def _party(facts: dict[str, Any]) -> dict[str, Any]:
    street = f"{facts.get('street') or ''} {facts.get('house_number') or ''}".strip()
    same = {
        name: facts.get(name) for name in ("name", "vat_id", "postcode", "city", "country", "email", "iban")
    }
    return {**same, "kvk": facts.get("kvk_number"), "street": street}


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def numbered(session: Session, number: str, *, seller_kvk: str = "") -> Sequence[Invoice]:
    """Sent invoices with this number, of one seller when its KvK number is given: numbers are each seller's own."""
    statement = select(Invoice).where(Invoice.number == number).options(*whole()).order_by(Invoice.id)
    if seller_kvk:
        statement = statement.join(Invoice.seller.of_type(Organisation)).where(
            Organisation.kvk_number == seller_kvk
        )
    return session.scalars(statement).all()
