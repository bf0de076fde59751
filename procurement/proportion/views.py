"""Pages of the demands of a draft."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for

from cwb.kernel.money import Money
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from procurement.demands import queries as demands
from procurement.demands.gateway import table
from procurement.demands.models import SelectionDemand
from procurement.demands.rules import (
    CODE_TEXTS,
    MOST_DEMANDS,
    advise,
    ceiling,
    most_insurance,
    most_reference,
    of_lot,
)
from procurement.proportion import forms, services
from procurement.tenders import errors, policy
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.views import said_of_draft

bp = Blueprint("proportion", __name__, url_prefix="/tenders/<number>/draft/demands")


def _draft(number: str) -> Tender:
    tender = tenders.tender(db(), number, actor())
    permit(policy.may(actor(), policy.EDIT, tender))
    if tender.published_at is not None or tender.cancelled_at is not None:
        raise errors.NotDraft
    return tender


def _back(number: str) -> str:
    return url_for("proportion.index", number=number)


def _limits(tender: Tender) -> dict[str, Any]:
    """What the advice comes to in euro: for the whole tender, and for each of its lots when it is divided."""
    law = table()
    measured: list[tuple[Lot | None, Money | None]] = [(None, services.measure(tender))]
    measured += [(each, services.measure(tender, each.id)) for each in tender.lots if tender.is_divided]
    return {
        "law": law, "texts": CODE_TEXTS, "lots": {each.id: each for each in tender.lots if tender.is_divided},
        "limits": [
            (lot, basis, ceiling(law, basis), most_reference(law, basis), most_insurance(law, basis))
            for lot, basis in measured if basis is not None
        ],
    }  # fmt: skip


@bp.get("")
@guarded(policy.EDIT)
def index(number: str) -> str:
    """The demands with their advice, and how many cooperatives meet them."""
    tender = _draft(number)
    asked = demands.demands(db(), tender.id)
    facts = _limits(tender)
    return render_template(
        "procurement/proportion/index.html", tender=tender, may_add=_may_add(tender, asked), **facts,
        rows=[
            (each, advise(facts["law"], each.facts, services.measure(tender, each.lot_id))) for each in asked
        ],
        chances=services.chances(db(), tender, [each.facts for each in asked], facts["law"], now())
        if tender.value_minor else (),
    )  # fmt: skip


@bp.route("/add", methods=["GET", "POST"])
@guarded(policy.EDIT)
def add(number: str) -> Any:
    """Ask something."""
    tender = _draft(number)
    form = forms.DemandForm(tender=tender, lot=_named_lot(tender))
    return submit(
        form,
        lambda session: services.add_demand(
            session, tender=tender, table=table(), user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: _back(number),
        said=said_of_draft(tender, _("De eis is bewaard.")),
        page=lambda: _form_page(number, form, 0),
    )


@bp.route("/<int:demand>", methods=["GET", "POST"])
@guarded(policy.EDIT)
def change(number: str, demand: int) -> Any:
    """Ask it otherwise."""
    tender = _draft(number)
    found = demands.demand(db(), tender.id, demand)
    form = forms.DemandForm(tender=tender, facts=found.facts)
    return submit(
        form,
        lambda session: services.change_demand(
            session, tender=tender, demand_id=demand, table=table(), user_id=actor().user_id, at=now(),
            **form.values(),
        ),
        then=lambda _made: _back(number),
        said=said_of_draft(tender, _("De eis is bewaard.")),
        page=lambda: _form_page(number, form, demand),
    )  # fmt: skip


def _may_add(tender: Tender, asked: Sequence[SelectionDemand]) -> bool:
    """Whether some lot has room for one more."""
    facts = [each.facts for each in asked]
    return any(len(of_lot(facts, each.id)) < MOST_DEMANDS for each in tender.lots)


def _named_lot(tender: Tender) -> int:
    """The lot from which one came here, by its number; 0 for all."""
    numbers = {str(each.number): each.number for each in tender.lots if tender.is_divided}
    return numbers.get(request.args.get("lot", ""), 0)


def _form_page(number: str, form: forms.DemandForm, demand: int) -> str:
    tender = _draft(number)
    return render_template(
        "procurement/proportion/form.html", form=form, tender=tender, demand=demand, back=_back(number),
        **_limits(tender),
    )  # fmt: skip


@bp.post("/<int:demand>/remove")
@guarded(policy.EDIT)
def remove(number: str, demand: int) -> Any:
    """Ask it no longer."""
    tender = _draft(number)
    return press(
        lambda session: services.drop_demand(
            session, tender=tender, demand_id=demand, user_id=actor().user_id, at=now()
        ),
        then=_back(number), said=said_of_draft(tender, _("Deze eis vraagt u niet meer.")),
    )  # fmt: skip
