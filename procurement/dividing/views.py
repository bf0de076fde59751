"""Pages of the lots of a draft."""

from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.web.forms import VersionedForm
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.advice.gateway import law
from procurement.dividing import forms, services
from procurement.drafting.forms import PARAMETERS, ScoringForm
from procurement.drafting.services import set_scoring
from procurement.lots.rules import gap, small_lots
from procurement.procedures.rules import EUROPEAN
from procurement.scoring.rules import Method
from procurement.tenders import errors, policy, queries
from procurement.tenders.models import Tender
from procurement.tenders.views import said_of_draft

bp = Blueprint("dividing", __name__, url_prefix="/tenders/<number>/draft/lots")


def _draft(number: str) -> Tender:
    tender = queries.tender(db(), number, actor())
    permit(policy.may(actor(), policy.EDIT, tender))
    if tender.published_at is not None or tender.cancelled_at is not None:
        raise errors.NotDraft
    return tender


def _back(number: str) -> str:
    return url_for("drafting.edit", number=number, step="lots")


@bp.route("/add", methods=["GET", "POST"])
@guarded(policy.EDIT)
def add(number: str) -> Any:
    """Take a lot out of the draft."""
    tender = _draft(number)
    left = gap(tender.value_minor, tender.lots)
    form = forms.LotForm(version=tender.version, left=left if left.minor > 0 else None)
    return submit(
        form,
        lambda session: services.add_lot(
            session, tender=tender, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: _back(number),
        said=said_of_draft(tender, _("Het perceel is toegevoegd.")),
        page=lambda: render_template(
            "procurement/dividing/lot.html", form=form, tender=_draft(number), lot=None, left=left
        ),
    )


@bp.route("/small", methods=["GET", "POST"])
@guarded(policy.EDIT)
def small(number: str) -> Any:
    """Which small lots go outside the European procedure."""
    tender = _draft(number)
    found = small_lots(tender.lots, law().small_lots, services.works_of(tender))
    form = forms.OutsideForm(tender=tender, small=found.small)
    return submit(
        form,
        lambda session: services.choose_outside(
            session, tender=tender, law=law(), user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: _back(number),
        said=said_of_draft(tender, _("Bewaard.")),
        page=lambda: render_template(
            "procurement/dividing/small.html", form=form, tender=_draft(number), small=found,
            law=law().small_lots, is_european=tender.procedure in EUROPEAN,
        ),
    )  # fmt: skip


@bp.route("/<int:lot>", methods=["GET", "POST"])
@guarded(policy.EDIT)
def change(number: str, lot: int) -> Any:
    """Change a lot."""
    tender = _draft(number)
    found = services.lot_of(tender, lot)
    form = forms.LotForm(version=tender.version, lot=found)
    return submit(
        form,
        lambda session: services.change_lot(
            session, tender=tender, number=lot, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: _back(number),
        said=said_of_draft(tender, _("Bewaard.")),
        page=lambda: render_template(
            "procurement/dividing/lot.html",
            form=form,
            tender=(fresh := _draft(number)),
            lot=services.lot_of(fresh, lot),
            left=gap(fresh.value_minor, fresh.lots),
        ),
    )


@bp.route("/<int:lot>/remove", methods=["GET", "POST"])
@guarded(policy.EDIT)
def remove(number: str, lot: int) -> Any:
    """Put a lot away."""
    tender = _draft(number)
    found = services.lot_of(tender, lot)
    form = VersionedForm(data={"version": str(tender.version)})
    return submit(
        form,
        lambda session: services.remove_lot(
            session, tender=tender, number=lot, version=form.made_from(), user_id=actor().user_id, at=now()
        ),
        then=lambda _made: _back(number),
        said=said_of_draft(tender, _("Het perceel is weg. Kijk of de waarden nog kloppen.")),
        page=lambda: render_template(
            "procurement/dividing/remove.html", form=form, tender=_draft(number), lot=found
        ),
    )


@bp.route("/<int:lot>/scoring", methods=["GET", "POST"])
@guarded(policy.EDIT)
def scoring(number: str, lot: int) -> Any:
    """Criteria of its own for a lot."""
    tender = _draft(number)
    found = services.lot_of(tender, lot)
    form = ScoringForm(tender=tender, lot=found)
    return submit(
        form,
        lambda session: set_scoring(
            session, tender=tender, lot=found, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("drafting.edit", number=number, step="scoring"),
        said=said_of_draft(tender, _("Dit perceel heeft nu eigen criteria.")),
        page=lambda: render_template(
            "procurement/dividing/scoring.html", form=form, tender=(fresh := _draft(number)),
            lot=services.lot_of(fresh, lot), parameters=[name for name in _parameters(fresh) if name in form],
        ),
    )  # fmt: skip


def _parameters(tender: Tender) -> tuple[str, ...]:
    """The fields of the price that the tender's method takes."""
    return PARAMETERS[Method(tender.method)] if tender.method else ()


@bp.post("/<int:lot>/follow")
@guarded(policy.EDIT)
def follow(number: str, lot: int) -> Any:
    """Let a lot follow lot 1 again."""
    tender = _draft(number)
    form = VersionedForm(data={"version": str(tender.version)})
    there = url_for("drafting.edit", number=number, step="scoring")
    return submit(
        form,
        lambda session: services.follow_first(
            session, tender=tender, number=lot, user_id=actor().user_id, at=now()
        ),
        then=lambda _made: there,
        said=said_of_draft(tender, _("Dit perceel volgt weer perceel 1.")),
        page=lambda: render_template(
            "procurement/dividing/remove.html",
            form=form,
            tender=_draft(number),
            lot=services.lot_of(tender, lot),
        ),
    )
