"""One line with its history, and why it does not count."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.corrections import services
from ledger.corrections.forms import ExclusionForm
from ledger.spend import policy, queries
from ledger.spend.rules import EXCLUSION_TEXT

bp = Blueprint("spend_lines", __name__, url_prefix="/spend/lines")


@bp.route("/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.SEE_LINES)
def show(public_id: UUID) -> Any:
    """One line with its history; its own anchor may say why it does not count."""
    own = None if policy.sees_all(actor()) else actor().organisation_id or 0
    found = queries.line(db(), public_id, anchor_id=own)
    codes = policy.may(actor(), policy.CODE_LINE, found)
    form = ExclusionForm(code=found.exclusion or "")
    if request.method == "POST":
        permit(codes)

    def page() -> str:
        line = queries.line(db(), public_id, anchor_id=own)
        return render_template(
            "ledger/corrections/show.html", line=line, form=form, codes=codes and line.weight == 1,
            history=queries.history(db(), line), exclusions=EXCLUSION_TEXT,
        )  # fmt: skip

    return submit(
        form,
        lambda s: services.code_exclusion(s, line=found, actor_id=actor().user_id, at=now(), **form.values()),
        then=lambda new: url_for("spend_lines.show", public_id=new.public_id),
        said=_("Opgeslagen. De oude regel blijft zichtbaar in de geschiedenis."),
        page=page,
    )
