"""Pages about organisations."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from sqlalchemy import select

from cwb.identity import policy, queries, rules, services
from cwb.identity.forms import ANCHOR_TEXT, AdmitForm, ContactForm, IbanForm
from cwb.identity.models import Organisation
from cwb.kernel.identifiers import Iban
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import submit

bp = Blueprint("identity", __name__, url_prefix="/organisations")


def _organisation(public_id: UUID, action: Any) -> Organisation:
    found = queries.organisation(db(), public_id)
    permit(policy.may(actor(), action, found))
    return found


@bp.get("")
@guarded(policy.LIST_ORGANISATIONS)
def index() -> Any:
    """Every organisation."""
    page = paged(db(), select(Organisation).order_by(Organisation.search_name, Organisation.id))
    return render_template(
        "cwb/identity/index.html",
        page=page,
        anchors=ANCHOR_TEXT,
        forms=rules.LEGAL_FORMS,
        admits=policy.may(actor(), policy.ADMIT_ORGANISATION),
    )


@bp.get("/all.csv")
@guarded(policy.LIST_ORGANISATIONS)
def export() -> Any:
    """The same list as a file, without bank accounts."""
    head = (
        "name",
        "kvk_number",
        "legal_form",
        "anchor_type",
        "street",
        "house_number",
        "postcode",
        "city",
        "email",
    )
    rows = ([getattr(each, name) for name in head] for each in queries.organisations(db()))
    return csv_file("organisaties", head, rows)


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.ADMIT_ORGANISATION)
def admit() -> Any:
    """Let in an anchor (or another organisation that cannot register itself)."""
    form = AdmitForm()
    return submit(
        form,
        lambda s: services.register_organisation(s, actor_id=actor().user_id, at=now(), **form.values()),
        then=lambda made: url_for("people.invite", public_id=made.public_id),
        said=_("De organisatie is toegelaten. Nodig nu de eerste persoon uit."),
        page=lambda: render_template("cwb/identity/admit.html", form=form),
    )


@bp.get("/<uuid:public_id>")
@guarded(policy.SEE_ORGANISATION)
def show(public_id: UUID) -> Any:
    """Who an organisation is; its whole bank account only for those who may change it."""
    return _profile(_organisation(public_id, policy.SEE_ORGANISATION), Button())


def _profile(organisation: Organisation, decide: Button) -> str:
    keeps = policy.may(actor(), policy.CHANGE_IBAN, organisation)
    iban = organisation.iban
    return render_template(
        "cwb/identity/show.html",
        organisation=organisation,
        iban=(iban if keeps else Iban(iban).masked()) if iban else None,
        keeps=keeps,
        own=actor().organisation_id == organisation.id,
        sees_people=policy.may(actor(), policy.SEE_PEOPLE, organisation),
        change=queries.find_open_iban_change(db(), organisation.id) if keeps else None,
        form_text=rules.LEGAL_FORMS[organisation.legal_form],
        anchor_text=ANCHOR_TEXT.get(organisation.anchor_type or ""),
        form=decide,
    )


@bp.route("/<uuid:public_id>/edit", methods=["GET", "POST"])
@guarded(policy.CHANGE_ORGANISATION)
def edit(public_id: UUID) -> Any:
    """Change how an organisation is reached."""
    organisation = _organisation(public_id, policy.CHANGE_ORGANISATION)
    form = ContactForm(obj=organisation)
    return submit(
        form,
        lambda s: services.change_organisation(
            s, organisation=organisation, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _none: url_for("identity.show", public_id=public_id),
        said=_("Bewaard."),
        page=lambda: render_template("cwb/identity/edit.html", form=form, organisation=organisation),
    )


@bp.route("/<uuid:public_id>/iban", methods=["GET", "POST"])
@guarded(policy.CHANGE_IBAN)
def ask_iban(public_id: UUID) -> Any:
    """Propose another bank account."""
    organisation = _organisation(public_id, policy.CHANGE_IBAN)
    form = IbanForm()
    return submit(
        form,
        lambda s: services.ask_iban_change(
            s, organisation=organisation, iban=str(form.iban.data), actor=actor(), at=now()
        ),
        then=lambda _done: url_for("identity.show", public_id=public_id),
        said=_("Bewaard. Iemand anders van uw organisatie keurt dit nu goed."),
        page=lambda: render_template("cwb/identity/iban.html", form=form, organisation=organisation),
    )


@bp.post("/<uuid:public_id>/iban/<uuid:change_id>/<any(accept, refuse):answer>")
@guarded(policy.CHANGE_IBAN)
def decide_iban(public_id: UUID, change_id: UUID, answer: str) -> Any:
    """Accept or refuse it, as the second person."""
    organisation = _organisation(public_id, policy.CHANGE_IBAN)
    accepted, form = answer == "accept", Button()
    return submit(
        form,
        lambda s: services.decide_iban_change(
            s,
            change=queries.iban_change(s, organisation.id, change_id),
            organisation=organisation,
            accepted=accepted,
            actor=actor(),
            at=now(),
        ),
        then=lambda _none: url_for("identity.show", public_id=public_id),
        said=_("Het nieuwe IBAN staat er.") if accepted else _("Het nieuwe IBAN gaat niet door."),
        page=lambda: _profile(organisation, form),
    )
