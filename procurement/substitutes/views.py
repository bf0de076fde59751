"""Pages of a replacement: one page tells how far it is; each side has its own form."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.consortia.services import read_promised
from procurement.proofs import queries as proofs
from procurement.proofs.models import ProofRequest
from procurement.proofs.rules import USUAL_DAYS
from procurement.proofs.views import keys
from procurement.statements import rules as statements
from procurement.statements.gateway import table
from procurement.statements.queries import demand_of_lot
from procurement.statements.services import ready
from procurement.substitutes import forms, policy, queries, rules, services
from procurement.substitutes.errors import SubstituteNotFound
from procurement.substitutes.models import Substitute
from procurement.tenders import queries as tenders

bp = Blueprint("substitutes", __name__)


def _request(public_id: UUID) -> ProofRequest:
    found = proofs.request(db(), public_id)
    permit(policy.may_demand(actor(), found.tender))
    return found


@bp.route("/proofs/<uuid:public_id>/substitute", methods=["GET", "POST"])
@guarded(policy.DEMAND)
def demand(public_id: UUID) -> Any:
    """Ask the winner to put another in the place of who lends its means."""
    found = _request(public_id)
    running = [
        each for each in queries.of_request(db(), found.id) if each.standing is not rules.Standing.REFUSED
    ]
    if request.method == "GET" and running:
        return passed(
            url_for("substitutes.show", public_id=running[-1].public_id),
            _("U vroeg al een ander. Zo ver is het."),
        )
    form = forms.DemandForm(data={"last_day": local_date(now()) + timedelta(days=USUAL_DAYS)})
    return submit(
        form,
        lambda s: services.demand_substitute(s, request=found, actor=actor(), at=now(), **form.values()),
        then=lambda made: url_for("substitutes.show", public_id=made.public_id),
        said=_("Gevraagd. De winnaar kreeg een mail."),
        page=lambda: render_template(
            "procurement/substitutes/demand.html", form=form, request=(fresh := _request(public_id)),
            tender=fresh.tender, article=rules.ARTICLE, before=queries.of_request(db(), fresh.id),
        ),
    )  # fmt: skip


def _found(public_id: UUID) -> Substitute:
    found = queries.substitute(db(), public_id)
    if not policy.may_read(actor(), services.own_organisation(db(), actor()), found):
        raise SubstituteNotFound
    return found


def _stated(found: Substitute) -> list[tuple[str, bool, str]]:
    """What who was named stated: question, yes or no, explanation."""
    if found.content is None:
        return []
    said: Mapping[str, Any] = read_promised(found, keys())
    return statements.told(
        demand_of_lot(db(), tenders.tender_by_id(db(), found.tender_id), found.lot_id), said
    )


def _page(public_id: UUID, template: str, form: Any = None) -> str:
    found = _found(public_id)
    own = services.own_organisation(db(), actor())
    may_judge, may_state = policy.may_demand(actor(), found.tender), policy.may_state(actor(), own, found)
    lacking: dict[str, str] = {}
    if may_state and own is not None and found.standing is rules.Standing.NAMED:
        asked = demand_of_lot(db(), tenders.tender_by_id(db(), found.tender_id), found.lot_id)
        far = ready(
            db(), table(), asked, organisation_id=own.id, closes_on=local_date(now()), today=local_date(now()),
            keys=keys(),
        )  # fmt: skip
        lacking = {url_for("statements.group", group=each): statements.GROUPS[each] for each in far.lacking}
    return render_template(
        f"procurement/substitutes/{template}.html", found=found, tender=found.tender, form=form, rules=rules,
        may_judge=may_judge, may_state=may_state, may_name=policy.may_name(actor(), found), lacking=lacking, at=now(),
        stated=_stated(found) if may_judge else [], is_named=policy.is_named(own, found),
    )  # fmt: skip


@bp.get("/substitutes/<uuid:public_id>")
@guarded(policy.READ)
def show(public_id: UUID) -> str:
    """How far a replacement is."""
    return _page(public_id, "show")


def _act(public_id: UUID, template: str, form: Any, act: Any, said: str) -> Any:
    found = _found(public_id)
    return submit(
        form, lambda s: act(s, found=found, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("substitutes.show", public_id=public_id), said=said,
        page=lambda: _page(public_id, template, form),
    )  # fmt: skip


@bp.route("/substitutes/<uuid:public_id>/name", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def name(public_id: UUID) -> Any:
    """Name who lends its means now."""
    return _act(
        public_id, "name", forms.NameForm(), services.name_substitute,
        _("Genoemd. Nu verklaart deze organisatie zelf."),
    )  # fmt: skip


@bp.route("/substitutes/<uuid:public_id>/state", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def state(public_id: UUID) -> Any:
    """Promise one's means and state for oneself."""
    form = forms.PromiseForm()
    return _act(
        public_id, "state", form,
        lambda s, **facts: services.state_substitute(s, keys=keys(), **facts), _("Toegezegd. De koper kijkt het na."),
    )  # fmt: skip


@bp.route("/substitutes/<uuid:public_id>/judge", methods=["GET", "POST"])
@guarded(policy.DEMAND)
def judge(public_id: UUID) -> Any:
    """Accept who comes, or not."""
    form = forms.JudgeForm(data={"last_day": local_date(now()) + timedelta(days=USUAL_DAYS)})
    return _act(public_id, "judge", form, services.judge_substitute, _("Bewaard. De winnaar kreeg een mail."))
