"""Pages of an address book."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.customers import forms, policy, queries, services
from ledger.customers.models import Customer
from ledger.ubl.gateway import codes

bp = Blueprint("customers", __name__, url_prefix="/customers")


def _own() -> int:
    return actor().organisation_id or 0


def _customer(public_id: UUID) -> Customer:
    return queries.customer(db(), public_id, _own())


@bp.get("")
@guarded(policy.KEEP)
def index() -> str:
    """The customers of one's organisation who do not take part here."""
    return render_template(
        "ledger/customers/index.html", filter_form=forms.CustomerFilter(request.args),
        page=paged(db(), queries.customers(_own(), request.args.get("text", "")[:100])),
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.KEEP)
def new() -> Any:
    """Put one in, and go on to the invoice."""
    form = forms.CustomerForm(codes().countries)
    return submit(
        form,
        lambda session: services.add_customer(
            session, owner_id=_own(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("customers.show", public_id=made.public_id),
        said=_("De klant staat in uw adresboek."),
        page=lambda: render_template("ledger/customers/edit.html", form=form, customer=None),
    )


@bp.get("/<uuid:public_id>")
@guarded(policy.KEEP)
def show(public_id: UUID) -> str:
    """One customer, and the ways to an invoice and out of the book."""
    return render_template("ledger/customers/show.html", customer=_customer(public_id), form=Button())


@bp.route("/<uuid:public_id>/change", methods=["GET", "POST"])
@guarded(policy.KEEP)
def change(public_id: UUID) -> Any:
    """Write one anew."""
    found = _customer(public_id)
    form = forms.CustomerForm(
        codes().countries, obj=found, data={"kind": forms.PRIVATE if found.private else forms.BUSINESS}
    )
    return submit(
        form,
        lambda session: services.change_customer(
            session, customer=found, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("customers.show", public_id=public_id),
        said=_("Opgeslagen. Verstuurde facturen veranderen niet."),
        page=lambda: render_template("ledger/customers/edit.html", form=form, customer=_customer(public_id)),
    )


@bp.route("/<uuid:public_id>/remove", methods=["GET", "POST"])
@guarded(policy.KEEP)
def remove(public_id: UUID) -> Any:
    """Take one out, after a look at what stays."""
    found, form = _customer(public_id), Button()
    return submit(
        form,
        lambda session: services.remove_customer(session, customer=found, actor=actor(), at=now()),
        then=lambda _none: url_for("customers.index"),
        said=_("De klant is uit uw adresboek gehaald."),
        page=lambda: render_template(
            "ledger/customers/remove.html", customer=_customer(public_id), form=form
        ),
    )
