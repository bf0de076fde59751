"""Mailing an invoice."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.documents.gateway import pdf
from cwb.documents.rules import Words
from cwb.identity.rules import email_address
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.notifications.rules import File
from cwb.notifications.services import send_mail
from ledger.einvoices import gateway, queries, rules
from ledger.einvoices.errors import EnoughCopies, ProfileUnknown
from ledger.einvoices.models import InvoiceCopy
from ledger.invoicing import queries as invoicing
from ledger.invoicing.events import InvoiceSent
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import tell
from ledger.reminders.events import ReminderSent
from ledger.ubl.gateway import xml_of
from ledger.ubl.rules import Profile

_BUYERS = (Role.PURCHASER, Role.BOARD)

MOST_COPIES = 20
"""Nobody sends one invoice more often; a robot that got hold of an account would."""


def hear_sent(session: Session, event: InvoiceSent) -> None:
    """Mail an invoice to who is outside, who has no page here to read it on.

    A business gets the electronic document beside it, in the first profile that takes it.
    """
    invoice = invoicing.invoice_by_id(session, event.invoice_id)
    address = (invoice.buyer_facts or {}).get("email")
    if not invoice.outside or not address or invoice.sent_at is None or invoice.sent_by_id is None:
        return
    lawful = [each.profile for each in gateway.offered(session, invoice) if each.document]
    business = bool(
        (invoice.buyer_facts or {}).get("kvk_number") or (invoice.buyer_facts or {}).get("vat_id")
    )
    mail_invoice(
        session, invoice=invoice, address=address, profile=next(iter(lawful), None) if business else None,
        language="nl", sender_id=invoice.sent_by_id, at=invoice.sent_at,
    )  # fmt: skip


def hear_reminded(session: Session, event: ReminderSent) -> None:
    """Mail a reminder to the buyer, with the invoice in it: who pays wants the paper at hand."""
    invoice = invoicing.invoice_by_id(session, event.invoice_id)
    tell(
        session, invoice.buyer, _BUYERS, key=event.key, subject=event.subject, text=event.text, facts=event.facts,
        link=f"/invoices/{invoice.public_id}", at=event.at, files=[_print(session, invoice, "nl")],
    )  # fmt: skip


def mail_invoice(
    session: Session, *, invoice: Invoice, address: str, profile: Profile | None, language: str,
    sender_id: int, at: datetime,
) -> InvoiceCopy:  # fmt: skip
    """Mail a sent invoice to an address: the PDF, and the electronic document in `profile` if one is asked for.

    Raises:
        EmailInvalid: no address.
        ProfileUnknown: the invoice is no lawful document in that profile.
        EnoughCopies: it was mailed `MOST_COPIES` times.
    """
    to = email_address(address)
    session.refresh(invoice, with_for_update=True, attribute_names=["state"])
    if len(queries.copies(session, invoice)) >= MOST_COPIES:
        raise EnoughCopies(field="address", most=MOST_COPIES)
    name = rules.name_of(invoice.number)
    files = [_print(session, invoice, language)]
    if profile is not None:
        document = gateway.outcomes(session, invoice, (profile,))[0].document
        if document is None:
            raise ProfileUnknown(field="profile")
        files.append(File(f"{name}-{profile.value}.xml", "application/xml", xml_of(document)))
    made = InvoiceCopy(invoice_id=invoice.id, address=to, profile=profile, sent_by_id=sender_id, at=at)
    session.add(made)
    session.flush()
    seller = invoice.seller_facts or {}
    send_mail(
        session, to=to, locale=language, at=at, key=made.mail_key, files=files,
        subject=N_("Factuur %(number)s van %(seller)s"),
        text=N_("Hierbij factuur %(number)s van %(seller)s, van %(total)s. De factuur zit als bijlage bij deze mail."
            " Vragen over de factuur? Mail %(email)s."),
        facts={
            "number": invoice.number, "seller": seller.get("name"), "total": invoice.total,
            "email": seller.get("email"),
        },
    )  # fmt: skip
    record(
        session, action="invoice.mailed", subject=f"invoice:{invoice.number}", actor_id=sender_id, at=at,
        facts={"invoice": str(invoice.public_id), "profile": profile.value if profile else None},
    )  # fmt: skip
    return made


def _print(session: Session, invoice: Invoice, language: str) -> File:
    """The invoice as a PDF to go with a letter."""
    printed = rules.paper(Words(language), gateway.paper(session, invoice))
    return File(f"{rules.name_of(invoice.number)}.pdf", "application/pdf", pdf(printed))
