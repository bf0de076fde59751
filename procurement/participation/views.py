"""Pages on which a buyer says the rule of a framework and lets suppliers join, and on which a supplier signs."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.call_offs import forms, policy, rules
from procurement.call_offs import queries as frameworks
from procurement.call_offs.errors import CallOffNotFound, NoFramework, WinnersOnly
from procurement.call_offs.models import FrameworkParty
from procurement.call_offs.views import seen
from procurement.contracts.forms import VAT
from procurement.contracts.models import Contract
from procurement.participation import queries, services
from procurement.tenders import queries as tenders

bp = Blueprint("participation", __name__)


@bp.route("/tenders/<number>/framework", methods=["GET", "POST"])
@guarded(policy.PLACE)
def rule(number: str) -> Any:
    """In a draft: who gets an order when there are several parties."""
    tender = tenders.tender(db(), number, actor())
    permit(policy.may_set_rule(actor(), tender))
    if tender.framework is None or tender.published_at is not None:
        raise NoFramework
    stored = frameworks.find_rule(db(), tender.id)
    form = forms.RuleForm(data={"rule": stored.rule.value, "note": stored.note} if stored else {})
    return submit(
        form,
        lambda session: services.set_rule(session, tender=tender, actor=actor(), at=now(), **form.values()),
        then=lambda _done: url_for("drafting.show", number=number),
        said=_("Bewaard."),
        page=lambda: render_template(
            "procurement/participation/rule.html", form=form, tender=tenders.tender(db(), number, actor())
        ),
    )


@bp.route("/frameworks/<number>/invite", methods=["GET", "POST"])
@guarded(policy.PLACE)
def invite(number: str) -> Any:
    """Let another valid bidder of the same lot join."""
    framework, there = seen(number)
    permit(policy.may_place(actor(), framework))
    rules.check_shared(framework.tender.framework)
    if framework.tender.framework_parties is not None:
        raise WinnersOnly
    places = services.ranked(db(), framework)
    taken = {each.supplier_id for each in there}
    found = queries.bidders(db(), framework, [label for label, _place in places])
    form = forms.InviteForm()
    form.label.choices = [
        (label, _("%(name)s, plaats %(num)s", name=found[label].organisation.name, num=place))
        for label, place in places
        if found[label].organisation_id not in taken
    ]
    return submit(
        form,
        lambda session: services.invite_party(
            session, framework=framework, label=form.chosen(), actor=actor(), at=now()
        ),
        then=lambda _made: url_for("call_offs.show", number=number),
        said=_("Uitgenodigd. De leverancier kreeg een mail en tekent zelf."),
        page=lambda: render_template(
            "procurement/participation/invite.html", form=form, framework=seen(number)[0]
        ),
    )


def _awaited(number: str, public_id: UUID) -> tuple[Contract, FrameworkParty]:
    """A framework with the party that this actor may sign for."""
    framework, _there = seen(number)
    party = queries.party(db(), public_id)
    if party.contract_id != framework.id or not policy.may_sign(actor(), party):
        raise CallOffNotFound
    return framework, party


@bp.route("/frameworks/<number>/join/<uuid:public_id>/decline", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def decline(number: str, public_id: UUID) -> Any:
    """Say no to taking part."""
    _framework, party = _awaited(number, public_id)
    if request.method == "GET" and not party.is_awaited(actor().organisation_id):
        return passed(url_for("call_offs.show", number=number), _("U antwoordde al."))
    form = forms.NotJoinForm()
    return submit(
        form,
        lambda session: services.decline(
            session, party=party, reason=form.reason.data, actor=actor(), at=now()
        ),
        then=lambda _made: url_for("call_offs.show", number=number),
        said=_("De koper weet dat u niet meedoet."),
        page=lambda: render_template(
            "procurement/participation/decline.html", form=form, framework=seen(number)[0], party=party
        ),
    )


@bp.route("/frameworks/<number>/join/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def join(number: str, public_id: UUID) -> Any:
    """Sign as another supplier of the framework."""
    framework, party = _awaited(number, public_id)
    terms = url_for("tenders.show", number=framework.tender.number)
    if request.method == "GET" and not party.is_awaited(actor().organisation_id):
        return passed(url_for("call_offs.show", number=number), _("U tekende al."))
    waits = [each for each in party.members if each.signed_at is None]
    form = forms.JoinForm()
    return submit(
        form,
        lambda session: services.join(session, party=party, actor=actor(), at=now()),
        then=lambda _made: url_for("call_offs.show", number=number),
        said=_("Getekend. U doet mee zodra ook de anderen tekenden.")
        if len(waits) > 1
        else _("Getekend. Bij een opdracht krijgt u bericht."),
        page=lambda: render_template(
            "procurement/participation/join.html",
            form=form,
            framework=seen(number)[0],
            party=queries.party(db(), public_id),
            terms=terms,
            vat=VAT,
        ),
    )
