"""The work list of purchases that may be recorded twice."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.identity.models import Organisation
from cwb.identity.queries import organisation_by_id
from cwb.kernel.errors import Forbidden
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from ledger.conflicts import policy, queries, services
from ledger.conflicts.forms import DIFFERS, WHY, BesideForm, ChangedForm, DecisionForm
from ledger.twins.queries import Replaced, replaced

bp = Blueprint("conflicts", __name__, url_prefix="/spend/conflicts")


def _anchor() -> Organisation:
    found = organisation_by_id(db(), actor().organisation_id or 0)
    if found.anchor_type is None:
        raise Forbidden
    return found


def _replaced(lines: Sequence[int]) -> Replaced:
    """What the answer "the new amount" would do with these lines."""
    return replaced(db(), lines)


@bp.get("")
@guarded(policy.DECIDE)
def index() -> Any:
    """What waits for a decision, by money at stake; whole files first."""
    anchor = _anchor()
    return render_template(
        "ledger/conflicts/index.html",
        clashes=queries.clashes(db(), anchor.id),
        files=queries.files(db(), anchor.id),
        doubles=queries.beside(db(), anchor.id),
        why=WHY,
        differs=DIFFERS,
    )


@bp.route("/files/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def of_file(public_id: UUID) -> Any:
    """The lines of a file that seem to count already; decide about all of them at once."""
    return _of_file(public_id, DecisionForm(), changed=False)


@bp.route("/files/<uuid:public_id>/changed", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def changed(public_id: UUID) -> Any:
    """The lines of a file whose invoice counts already with another amount; decide about all of them at once."""
    return _of_file(public_id, ChangedForm(), changed=True)


def _of_file(public_id: UUID, form: DecisionForm, *, changed: bool) -> Any:
    anchor = _anchor()
    found = queries.file(db(), anchor.id, public_id, changed=changed)
    if found is None:
        return passed(url_for("conflicts.index"), _("Hierover hoeft u niet meer te beslissen."))
    return submit(
        form,
        lambda s: services.decide_file(
            s, anchor=anchor, file=public_id, changed=changed, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: url_for("conflicts.index"),
        said=_("Uw besluit is opgeslagen. De cijfers zijn bijgewerkt."),
        page=lambda: render_template(
            "ledger/conflicts/file.html", form=form, file=found, replaced=_replaced(
                queries.open_twins(db(), anchor.id, public_id, changed=True)) if changed else None,
            twins=queries.twins(db(), anchor.id, found.import_id, changed=changed),
        ),
    )  # fmt: skip


@bp.route("/invoices/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def beside(public_id: UUID) -> Any:
    """An invoice made here and the lines that count beside it; decide."""
    anchor, form = _anchor(), BesideForm()
    found = queries.beside(db(), anchor.id, public_id)
    if not found:
        return passed(url_for("conflicts.index"), _("Hierover hoeft u niet meer te beslissen."))
    return submit(
        form,
        lambda s: services.decide_beside(
            s, anchor=anchor, invoice=public_id, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: url_for("conflicts.index"),
        said=_("Uw besluit is opgeslagen. De cijfers zijn bijgewerkt."),
        page=lambda: render_template("ledger/conflicts/beside.html", form=form, double=found[0], why=WHY),
    )


@bp.route("/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def show(public_id: UUID) -> Any:
    """Both sides of one; decide."""
    anchor = _anchor()
    found = queries.clash(db(), anchor.id, public_id)
    if found is None:
        return passed(url_for("conflicts.index"), _("Hierover hoeft u niet meer te beslissen."))
    form = ChangedForm() if found.changed else DecisionForm()
    return submit(
        form,
        lambda s: services.decide(
            s, anchor=anchor, clash=public_id, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: url_for("conflicts.index"),
        said=_("Uw besluit is opgeslagen. De cijfers zijn bijgewerkt."),
        page=lambda: render_template(
            "ledger/conflicts/show.html",
            form=form,
            clash=found,
            replaced=_replaced(queries.open_lines(db(), anchor.id, public_id)) if found.changed else None,
        ),
    )
