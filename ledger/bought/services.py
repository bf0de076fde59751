"""Recording an approved invoice from outside in the figure of its buyer, once."""

from sqlalchemy.orm import Session

from cwb.kernel.identifiers import Cpv, KvkNumber, VatId
from cwb.kernel.money import Money
from ledger.incoming.events import PurchaseApproved
from ledger.incoming.models import IncomingInvoice
from ledger.incoming.queries import by_id
from ledger.incoming.rules import COSTS
from ledger.spend.rules import Handed, LineFacts
from ledger.spend.services import record_rows
from ledger.suppliers.rules import SupplierFacts


def hear_approved(session: Session, event: PurchaseApproved) -> None:
    """An approved invoice or credit note of an anchor is a purchase.

    It is looked at as a line of a file is: what seems to have come in a file already waits for a person and does not
    count; and a file that brings it later meets this line.
    """
    held = by_id(session, event.incoming_id)
    if held.buyer.anchor_type is None or held.approved_at is None:
        return
    lines = Handed([_facts(held)])
    record_rows(session, anchor=held.buyer, rows=lines, actor_id=None, at=held.approved_at)


def _facts(held: IncomingInvoice) -> LineFacts:
    sign = -1 if held.is_credit_note else 1
    lost = 0 if held.vat_recoverable else held.vat + held.shifted
    seller, agreement = held.facts["seller"], held.agreement
    kvk, vat_id = KvkNumber.normalise(seller["kvk"]), VatId.normalise(seller["vat_id"])
    return LineFacts(
        supplier=SupplierFacts(
            name=held.sender.name, kvk_number=KvkNumber(kvk) if kvk else None,
            vat_id=VatId(vat_id) if vat_id else None, street=seller["street"][:120], city=seller["city"][:120],
            postcode=seller["postcode"][:120], country=seller["country"] or "NL",
        ),
        document_number=held.number, invoice_on=held.issued_on, amount=Money(sign * held.net),
        irrecoverable_vat=Money(sign * lost), description=COSTS[held.cost or "other"],
        cpv=Cpv(agreement.cpv) if agreement else None, contract_reference=agreement.reference if agreement else "",
        contract_starts_on=agreement.starts_on if agreement else None,
        contract_ends_on=agreement.ends_on if agreement else None,
        credits_document=held.credits.number if held.credits else "",
    )  # fmt: skip
