"""Pages of agreements, and of making, checking, sending and crediting an invoice."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, exact, translated
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import see_other, submit
from ledger.agreements import policy as agreement_policy
from ledger.agreements import queries as agreements
from ledger.agreements.models import Agreement
from ledger.agreements.rules import UNITS, AgreementState, part_of
from ledger.invoicing import forms, policy, queries, services
from ledger.invoicing.errors import AskedAhead, NotADraft
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import Wanted
from ledger.invoicing.rules import HoursRow, Instalments, compare_hours, is_overdue
from ledger.numbering import queries as numbering
from ledger.numbering.services import set_series
from ledger.vat.rules import VatCode

Row = TypeVar("Row")

bp = Blueprint("invoicing", __name__)


def _today() -> Any:
    return local_date(now())


def _own() -> int | None:
    """Whose agreements are shown: an auditor's, all."""
    return None if actor().has(Role.AUDITOR) else actor().organisation_id or 0


@bp.get("/agreements")
@guarded(agreement_policy.SEE)
def agreement_list() -> str:
    """Agreements in which one's organisation buys or supplies."""
    text, state = request.args.get("text", "")[:100], request.args.get("state", "")
    chosen = AgreementState(state) if state in set(AgreementState) else None
    page = paged(db(), agreements.agreements(party_id=_own(), text=text, state=chosen))
    form = forms.AgreementFilter(request.args)
    return render_template(
        "ledger/agreements/index.html",
        page=page,
        filter_form=form,
        own=actor().organisation_id,
        today=_today(),
    )


@bp.get("/agreements.csv")
@guarded(agreement_policy.SEE)
def agreement_file() -> Any:
    """The same list as a file."""
    rows = db().scalars(agreements.agreements(party_id=_own())).all()
    head = (
        "reference",
        "title",
        "buyer",
        "suppliers",
        "cpv",
        "starts_on",
        "ends_on",
        "payment_days",
        "state",
    )
    return csv_file(
        "agreements",
        head,
        (
            (
                each.reference, each.title, each.buyer.name, "; ".join(s.party.name for s in each.suppliers), each.cpv,
                each.starts_on, each.ends_on, each.payment_days, each.state.value,
            )
            for each in rows
        ),
    )  # fmt: skip


def _agreement(public_id: UUID) -> Agreement:
    found = agreements.agreement(db(), public_id)
    permit(agreement_policy.may(actor(), agreement_policy.SEE, found))
    return found


@bp.get("/agreements/<uuid:public_id>")
@guarded(agreement_policy.SEE)
def agreement(public_id: UUID) -> str:
    """What was agreed, what of it was invoiced, and the way to the next invoice."""
    found = _agreement(public_id)
    wanted = Wanted(party_id=_own(), agreement_id=found.id)
    return render_template(
        "ledger/agreements/show.html",
        agreement=found,
        units=UNITS,
        used=queries.used(db(), found.id),
        sums=queries.sums(db(), wanted, _today()),
        page=paged(db(), queries.invoices(wanted, _today())),
        may_make=policy.may(actor(), policy.MAKE, found) and found.takes_invoices,
        may_together=len(found.suppliers) > 1 and any(line.party_id is not None for line in found.lines),
        may_recur=found.in_instalments or any(line.unit in {"MON", "ANN"} for line in found.lines),
        may_see_hours=actor().organisation_id is not None
        and not actor().has(Role.AUDITOR)
        and any(line.unit == "HUR" for line in found.lines),
        today=_today(),
        states=forms.STATES,
        tones=forms.TONES,
        is_overdue=is_overdue,
    )


def _again(load: Callable[[], Row], kept: Row) -> Row:
    """What a page shows: after a refusal the rollback emptied what was loaded, so it is loaded again."""
    return kept if request.method == "GET" else load()


def _left(unit: str, quantity: Decimal) -> Any:
    """What is left of a line, in words and in the reader's numbers."""
    if quantity <= 0:
        return _("Hiervan is niets meer over.")
    if unit == "LS" and quantity == 1:
        return _("Een vast bedrag: vul 1 in.")
    if unit == "LS":
        return _("Een vast bedrag. Nog %(left)s deel over.", left=exact(quantity))
    return _("Per %(unit)s. Nog %(left)s over.", unit=translated(UNITS[unit]), left=exact(quantity))


def _form(found: Agreement, seller_id: int, kept: Collection[int] = ()) -> forms.InvoiceForm:
    """Boxes for what is left, for the lines `kept` on a draft, and for what was posted: a stale form loses nothing."""
    suggestion = queries.suggestion(db(), found, seller_id, _today())
    lines = [
        (line.id, line.description, _left(line.unit, suggestion.left[line.id]))
        for line in found.lines_of(seller_id)
        if suggestion.left[line.id] > 0 or line.id in kept or forms.box(line.id) in request.form
    ]
    kind = forms.with_lines(forms.InvoiceForm, lines)
    if request.method == "POST":
        return kind()
    return kind(
        data={
            "delivered_from": suggestion.first, "delivered_until": suggestion.last,
            "buyer_reference": suggestion.buyer_reference, "order_reference": suggestion.order_reference,
            **forms.filled(suggestion.quantities),
        }
    )  # fmt: skip


def _edit_page(kept: Agreement, form: forms.InvoiceForm, invoice: Invoice | None) -> Any:
    found = _again(lambda: agreements.agreement(db(), kept.public_id), kept)
    exempt = any(line.vat_code is VatCode.EXEMPT for line in found.lines)
    return render_template(
        "ledger/invoicing/edit.html", agreement=found, form=form, invoice=invoice, ask_reason=exempt
    )


@bp.route("/agreements/<uuid:public_id>/invoice", methods=["GET", "POST"])
@guarded(policy.MAKE)
def make(public_id: UUID) -> Any:
    """First tap: quantities, filled in from the agreement."""
    found = _agreement(public_id)
    permit(policy.may(actor(), policy.MAKE, found))
    seller_id = actor().organisation_id or 0
    form = _form(found, seller_id)
    return submit(
        form,
        lambda session: services.draft_invoice(
            session, agreement=found, seller_id=seller_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda draft: url_for("invoicing.check", public_id=draft.public_id),
        page=lambda: _edit_page(found, form, None),
    )


def _invoice(public_id: UUID, action: Any) -> tuple[Invoice, Agreement | None]:
    found = queries.invoice(db(), public_id)
    if action is policy.MAKE and found.seller_id == actor().organisation_id and found.number:
        raise NotADraft
    permit(policy.may(actor(), action, found))
    return found, _agreement_of(found)


def _agreement_of(invoice: Invoice) -> Agreement | None:
    return None if invoice.agreement_id is None else agreements.agreement_by_id(db(), invoice.agreement_id)


@bp.route("/invoices/<uuid:public_id>/change", methods=["GET", "POST"])
@guarded(policy.MAKE)
def change(public_id: UUID) -> Any:
    """Write a draft anew."""
    invoice, found = _invoice(public_id, policy.MAKE)
    if found is None:
        return see_other(url_for("freehand.change", public_id=public_id))
    if invoice.prepayment:
        raise AskedAhead
    kept = {line.agreement_line_id or 0: line.quantity for line in invoice.lines if line.settles_id is None}
    form = _form(found, invoice.seller_id, kept)
    if request.method == "GET":
        form.process(
            obj=invoice,
            data=forms.filled(
                {line.id: kept.get(line.id, Decimal(0)) for line in found.lines_of(invoice.seller_id)}
            ),
        )
    return submit(
        form,
        lambda session: services.change_draft(
            session, invoice=invoice, agreement=found, at=now(), **form.values()
        ),
        then=lambda draft: url_for("invoicing.check", public_id=draft.public_id),
        page=lambda: _edit_page(found, form, invoice),
    )


@bp.route("/invoices/<uuid:public_id>/check", methods=["GET", "POST"])
@guarded(policy.MAKE)
def check(public_id: UUID) -> Any:
    """Second tap: look once more, and send."""
    invoice, found = _invoice(public_id, policy.MAKE)
    form = Button()
    return submit(
        form,
        lambda session: services.send_invoice(
            session, invoice=invoice, agreement=found, actor=actor(), at=now()
        ),
        then=lambda sent: url_for("invoices.show", public_id=sent.public_id),
        said=_("De factuur is verstuurd. De klant krijgt bericht.")
        if not invoice.outside or invoice.buyer.email
        else _(
            "De factuur heeft een nummer. Er is geen e-mailadres: download de PDF en geef die aan de klant."
        ),
        page=lambda: _check_page(public_id, form),
    )


def _hours(found: Agreement, invoice: Invoice, used: Mapping[int, Decimal]) -> Sequence[HoursRow]:
    """What was agreed per hour beside what this draft charges."""
    share = found.share_of(invoice.seller_id) or 0
    agreed = [
        (
            each.id, each.description, each.unit,
            each.quantity if each.party_id else part_of(each.quantity, share),
        )
        for each in found.lines_of(invoice.seller_id)
    ]  # fmt: skip
    now: dict[int, Decimal] = defaultdict(Decimal)
    for line in invoice.lines:
        if line.agreement_line_id is not None and line.settles_id is None:
            now[line.agreement_line_id] += line.quantity
    return compare_hours(agreed, used, now)


def _check_page(public_id: UUID, form: Button) -> str:
    """Load everything again: after a refusal the rollback emptied what was loaded."""
    invoice, year = queries.invoice(db(), public_id), _today().year
    found = _agreement_of(invoice)
    asked = queries.suggestion(db(), found, invoice.seller_id, _today()) if found else None
    return render_template(
        "ledger/invoicing/check.html",
        invoice=invoice,
        form=form,
        units=UNITS,
        left=asked.left if asked else {},
        hours=_hours(found, invoice, asked.used) if found and asked else (),
        instalments=queries.instalments_of(found, invoice) if found else Instalments(0),
        paid_ahead=queries.paid_ahead(db(), invoice),
        change=url_for("invoicing.change" if found else "freehand.change", public_id=public_id),
        series=numbering.numbering(db(), invoice.seller_id, year),
        year=year,
    )


@bp.post("/invoices/<uuid:public_id>/discard")
@guarded(policy.MAKE)
def discard(public_id: UUID) -> Any:
    """Throw a draft away."""
    invoice, _found = _invoice(public_id, policy.MAKE)
    form = Button()
    return submit(
        form,
        lambda session: services.discard_draft(session, invoice=invoice),
        then=lambda _none: url_for("invoices.index"),
        said=_("Het concept is weg. Er is geen nummer gebruikt."),
        page=lambda: render_template("ledger/invoicing/discard.html", invoice=invoice, form=form),
    )


@bp.route("/invoices/<uuid:public_id>/credit", methods=["GET", "POST"])
@guarded(policy.CREDIT)
def credit(public_id: UUID) -> Any:
    """Take back a part or all of a sent invoice."""
    invoice, _found = _invoice(public_id, policy.CREDIT)
    taken = queries.credited_quantities(db(), invoice.id)
    left = {line.id: line.quantity - taken.get(line.id, Decimal(0)) for line in invoice.lines}
    lines = [
        (line.id, line.description, _left(line.unit, left[line.id]))
        for line in invoice.lines
        if line.settles_id is None
    ]
    form = forms.with_lines(forms.CreditForm, lines)()
    return submit(
        form,
        lambda session: services.credit_invoice(
            session, invoice=invoice, actor=actor(), at=now(), **form.values()
        ),
        then=lambda note: url_for("invoices.show", public_id=note.public_id),
        said=_("De creditfactuur is verstuurd."),
        page=lambda: render_template("ledger/invoicing/credit.html", invoice=invoice, form=form),
    )


@bp.route("/invoices/numbering", methods=["GET", "POST"])
@guarded(policy.NUMBER)
def series() -> Any:
    """How one's invoices are numbered."""
    permit(policy.may(actor(), policy.NUMBER))
    own = organisation_by_id(db(), actor().organisation_id or 0)
    chosen = numbering.numbering(db(), own.id, _today().year)
    form = forms.NumberingForm(obj=chosen)
    return submit(
        form,
        lambda session: set_series(
            session, party_id=own.id, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _none: url_for("invoicing.series"),
        said=_("Opgeslagen. Uw nummers gaan zo verder."),
        page=lambda: render_template(
            "ledger/invoicing/numbering.html",
            form=form,
            example=chosen.number(_today().year, chosen.next_number),
        ),
    )
