"""What an invoice made here says as an electronic document."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import Money
from ledger.advances.queries import find_covering
from ledger.einvoices.errors import SumsDiffer
from ledger.einvoices.gateway import payment_code
from ledger.einvoices.rules import Paper
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import whole
from ledger.ubl.gateway import codes
from ledger.ubl.rules import Document, Profile, read


class Outcome(NamedTuple):
    """What a profile makes of an invoice: the document, or all that keeps it from being one."""

    profile: Profile
    document: Document | None
    faults: Sequence[RuleBroken]


def outcomes(
    session: Session, invoice: Invoice, profiles: Sequence[Profile] = tuple(Profile)
) -> list[Outcome]:
    """A sent invoice in each of these profiles."""
    covering = find_covering(session, invoice)
    facts = plain(invoice, iban=covering.fund_iban if covering else None)
    return [_outcome(invoice, facts, each) for each in profiles]


def _outcome(invoice: Invoice, facts: dict[str, Any], profile: Profile) -> Outcome:
    document, faults = read(facts, profile, codes())
    if document is not None and (document.totals.net, document.totals.vat) != (invoice.net, invoice.vat):
        return Outcome(profile, None, [SumsDiffer(field="lines")])
    return Outcome(profile, document, faults)


def plain(invoice: Invoice, *, iban: str | None = None) -> dict[str, Any]:
    """A sent invoice as the plain data that `cwb invoice build` takes. `iban`: of who is paid in the seller's place.

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
        "vat_reason": invoice.exemption_reason, "payment_reference": invoice.payment_reference,
        "credit_of": {"number": earlier.number, "issued_on": _day(earlier.issued_on)} if earlier else None,
        "seller": seller | ({"iban": iban} if iban else {}), "buyer": buyer,
        "lines": [
            {
                "description": line.description, "quantity": f"{line.quantity.normalize():f}", "unit": line.unit,
                "unit_price": f"{line.unit_price.normalize():f}", "vat": line.vat_code.value,
            }
            for line in invoice.lines
        ],
    }  # fmt: skip


def paper(session: Session, invoice: Invoice) -> Paper:
    """A sent invoice as it is printed, with a code to pay by where there is something to pay."""
    covering = find_covering(session, invoice)
    facts = plain(invoice, iban=covering.fund_iban if covering else None)
    payee = covering.fund.name if covering else facts["seller"]["name"]
    iban, sums = facts["seller"]["iban"], (invoice.net_amount, invoice.vat_amount, invoice.total_amount)
    code = None
    if iban and not invoice.is_credit_note:
        amount = Money(invoice.total_amount, invoice.currency).decimal()
        code = payment_code(name=payee, iban=iban, amount=amount, reference=facts["payment_reference"])
    sent = cast("datetime", invoice.sent_at)
    return Paper(facts, invoice.lines, invoice.vat_lines, sums, sent, payee, iban, code)


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
