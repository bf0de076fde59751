"""The page with an invoice's electronic documents, and their files."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for

from cwb.documents.gateway import pdf
from cwb.documents.rules import Words
from cwb.kernel.text import N_
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, language
from cwb.web.pages import pdf_file
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from ledger.desk import policy
from ledger.einvoices import gateway, queries, services
from ledger.einvoices import policy as own
from ledger.einvoices.errors import ProfileUnknown
from ledger.einvoices.forms import MailForm
from ledger.einvoices.gateway import Outcome
from ledger.einvoices.rules import name_of, paper
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import invoice as find
from ledger.invoicing.rules import InvoiceState
from ledger.peppol import rules as peppol
from ledger.peppol.gateway import access_point
from ledger.peppol.queries import deliveries
from ledger.peppol.services import hand_over
from ledger.ubl.gateway import xml_of
from ledger.ubl.rules import Profile

bp = Blueprint("einvoices", __name__)

NAMES = {
    Profile.PEPPOL: N_("Peppol BIS 3"), Profile.NLCIUS: N_("NLCIUS"), Profile.EN16931: N_("EN 16931"),
    Profile.GACCOUNT: N_("NLCIUS met G-rekening"),
}  # fmt: skip
"""What the profiles are called."""


def _sent(public_id: UUID) -> Invoice:
    invoice = find(db(), public_id)
    permit(policy.may(actor(), policy.SEE, invoice))
    if invoice.state is InvoiceState.DRAFT:
        raise ProfileUnknown
    return invoice


@bp.get("/invoices/<uuid:public_id>/e-invoice")
@guarded(policy.SEE)
def index(public_id: UUID) -> Any:
    """The files of an invoice, one for each profile or what is missing for it, and to whom it was mailed."""
    invoice = _sent(public_id)
    found = gateway.offered(db(), invoice)
    return _page(invoice, _form(invoice, found) if own.may(actor(), own.MAIL, invoice) else None, found)


@bp.post("/invoices/<uuid:public_id>/e-invoice")
@guarded(own.MAIL)
def send(public_id: UUID) -> Any:
    """Mail it."""
    invoice = _sent(public_id)
    permit(own.may(actor(), own.MAIL, invoice))
    found = gateway.offered(db(), invoice)
    form = _form(invoice, found)
    return submit(
        form,
        lambda session: services.mail_invoice(
            session,
            invoice=invoice,
            language=language(),
            sender_id=actor().user_id,
            at=now(),
            **form.values(),
        ),
        then=lambda _made: url_for("einvoices.index", public_id=public_id),
        said=_("De factuur wordt gemaild."),
        page=lambda: _page(find(db(), public_id), form, found),
    )


@bp.post("/invoices/<uuid:public_id>/e-invoice/peppol")
@guarded(own.MAIL)
def deliver(public_id: UUID) -> Any:
    """Hand it to the Peppol network."""
    invoice = _sent(public_id)
    permit(own.may(actor(), own.MAIL, invoice))
    document = gateway.outcomes(db(), invoice, (Profile.PEPPOL,))[0].document
    if document is None:
        raise ProfileUnknown
    return press(
        lambda session: hand_over(
            session,
            invoice=invoice,
            document=xml_of(document),
            point=access_point(session),
            actor=actor(),
            at=now(),
        ),
        then=url_for("einvoices.index", public_id=public_id),
        said=_("De oefening loopt. Er gaat niets naar de koper. U ziet hier hoe het verder gaat."),
    )


def _form(invoice: Invoice, found: Sequence[Outcome]) -> MailForm:
    lawful = [each.profile for each in found if each.document]
    return MailForm(profiles=lawful, names=NAMES, address=(invoice.buyer_facts or {}).get("email"))


def _page(invoice: Invoice, form: MailForm | None, found: Sequence[Outcome]) -> str:
    return render_template(
        "ledger/einvoices/index.html", invoice=invoice, names=NAMES, form=form,
        outcomes=found,
        copies=queries.copies(db(), invoice) if form else (),
        deliveries=deliveries(db(), invoice.id), delivery_names=peppol.NAMES, delivery_tones=peppol.TONES,
        connected=access_point(db()) is not None,
    )  # fmt: skip


@bp.get("/invoices/<uuid:public_id>/invoice.pdf")
@guarded(policy.SEE)
def document(public_id: UUID) -> Any:
    """The invoice as a letter, with a code that a bank's app scans."""
    invoice = _sent(public_id)
    made = paper(Words(language()), gateway.paper(db(), invoice))
    return pdf_file(name_of(invoice.number), pdf(made))


@bp.get("/invoices/<uuid:public_id>/e-invoice/<profile>.xml")
@guarded(policy.SEE)
def file(public_id: UUID, profile: str) -> Any:
    """The invoice as UBL 2.1."""
    invoice = _sent(public_id)
    wanted = next((each for each in NAMES if each.value == profile), None)
    document = gateway.outcomes(db(), invoice, (wanted,))[0].document if wanted else None
    if document is None:
        raise ProfileUnknown
    answer = Response(xml_of(document), mimetype="application/xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name_of(invoice.number)}-{profile}.xml"'
    return answer
