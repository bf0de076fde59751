"""One line with its history, and why it does not count."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.kernel.policy import Role
from cwb.places.rules import BASIS_TEXT
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, see_other, submit
from ledger.beside.views import area, category_label
from ledger.corrections import queries as papers
from ledger.corrections import services
from ledger.corrections.forms import ExclusionForm
from ledger.desk import policy as desk_policy
from ledger.details.rules import FLAGS
from ledger.headings.rules import FIELDS
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.repeats.queries import elsewhere, holders
from ledger.spend import policy, queries
from ledger.spend.errors import LineUnknown
from ledger.spend.rules import EXCLUSION_TEXT
from ledger.suppliers.rules import GRADES, KINDS, PROVES, REGISTER_BASIS
from ledger.tables.rules import sheet_and_row

bp = Blueprint("spend_lines", __name__, url_prefix="/spend/lines")


def _own() -> int | None:
    """Whose lines the actor sees; None for everyone's."""
    return None if policy.sees_all(actor()) else actor().organisation_id or 0


@bp.get("/files/<uuid:public_id>")
@guarded(policy.SEE_LINES)
def file(public_id: UUID) -> Any:
    """A file that was booked, with the lines that came from it in its order."""
    found, who = papers.file(db(), public_id, anchor_id=_own())
    page = paged(db(), papers.of_file(db(), found), total=found.added_count)
    return render_template(
        "ledger/corrections/file.html", file=found, who=who, page=page, read=papers.findings(db(), found),
        sheet_and_row=sheet_and_row, fields=FIELDS, flags=FLAGS, others=elsewhere(db(), found.id),
    )  # fmt: skip


@bp.get("/invoices/<uuid:public_id>")
@guarded(policy.SEE_LINES)
def of_invoice(public_id: UUID) -> Any:
    """The lines of an invoice made here; straight to it where there is one."""
    invoice = invoicing.invoice(db(), public_id)
    if _own() not in (None, invoice.buyer_id):
        raise LineUnknown
    found = papers.of_invoice(db(), invoice)
    if not found:
        return passed(
            url_for("invoices.show", public_id=public_id), _("Deze factuur staat nog niet bij de inkoop.")
        )
    if len(found) == 1:
        return see_other(url_for("spend_lines.show", public_id=found[0].public_id))
    return render_template(
        "ledger/corrections/of_invoice.html", lines=found, invoice=invoice, seen=_seen(invoice)
    )


def _seen(invoice: Invoice | None) -> Invoice | None:
    """An invoice where the actor may open it."""
    return invoice if invoice is not None and desk_policy.may(actor(), desk_policy.SEE, invoice) else None


@bp.route("/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.SEE_LINES)
def show(public_id: UUID) -> Any:
    """One line with its history; its own anchor may say why it does not count."""
    own = _own()
    found = queries.line(db(), public_id, anchor_id=own)
    codes = policy.may(actor(), policy.CODE_LINE, found)
    form = ExclusionForm(code=found.exclusion or "")
    if request.method == "POST":
        permit(codes)

    def page() -> str:
        line = queries.line(db(), public_id, anchor_id=own)
        history = queries.history(db(), line)
        return render_template(
            "ledger/corrections/show.html", line=line, form=form, codes=codes and line.weight == 1,
            invoice=_seen(papers.find_invoice(db(), line)), history=history, sheet_and_row=sheet_and_row,
            exclusions=EXCLUSION_TEXT, origin=papers.origin(db(), line), holders=holders(db(), line.id),
            counts=line.weight == 1 and all(each.replaces_id != line.id for each in history),
            proof=papers.find_proof(db(), line), grades=GRADES, levels=KINDS, proves=PROVES,
            why={**BASIS_TEXT, **REGISTER_BASIS}, area=area(), category=category_label(line.category),
            sees_register=actor().has(Role.PROGRAMME, Role.AUDITOR),
        )  # fmt: skip

    return submit(
        form,
        lambda s: services.code_exclusion(s, line=found, actor_id=actor().user_id, at=now(), **form.values()),
        then=lambda new: url_for("spend_lines.show", public_id=new.public_id),
        said=_("Opgeslagen. De oude regel blijft zichtbaar in de geschiedenis."),
        page=page,
    )
