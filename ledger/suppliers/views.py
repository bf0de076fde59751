"""Pages of suppliers: who they are, what proves where they are."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from cwb.identity.queries import find_organisation_by_kvk, people_with
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.suppliers import policy, queries, services
from ledger.suppliers.errors import SupplierPartyUnknown
from ledger.suppliers.forms import EvidenceForm, LinkForm, SupplierFilters
from ledger.suppliers.models import Supplier
from ledger.suppliers.rules import GRADES, KINDS

bp = Blueprint("suppliers", __name__, url_prefix="/spend/suppliers")


def _mine() -> int | None:
    """Whose ledger's suppliers the actor sees; None for everyone's."""
    return None if actor().has(Role.PROGRAMME, Role.AUDITOR) else actor().organisation_id


def _supplier(public_id: UUID, action: Any) -> Supplier:
    found = queries.supplier(db(), public_id)
    permit(policy.may(actor(), action, found))
    return found


def _statement() -> Any:
    arguments = request.args
    return queries.suppliers(
        anchor_id=_mine(), text=arguments.get("q", "")[:200], only_open=arguments.get("state") == "open"
    )


@bp.get("")
@guarded(policy.SEE_SUPPLIERS)
def index() -> Any:
    """Suppliers by name."""
    page = paged(db(), _statement())
    return render_template(
        "ledger/suppliers/index.html", page=page, form=SupplierFilters(request.args), arguments=request.args.to_dict(),
        proven=queries.grades_now(db(), [each.id for each in page.rows], local_date(now())),
    )  # fmt: skip


@bp.get("/export.csv")
@guarded(policy.SEE_SUPPLIERS)
def export() -> Any:
    """The same list as a file."""
    head = (
        "name",
        "code",
        "kvk_number",
        "kvk_confirmed_on",
        "postcode",
        "city",
        "country",
        "recorded_by",
        "party",
    )
    rows = (
        (
            each.name, each.code, each.kvk_number, each.kvk_confirmed_on, each.postcode, each.city, each.country,
            each.recorded_by.name if each.recorded_by else "", each.party.name if each.party else "",
        )
        for each in db().scalars(_statement())
    )  # fmt: skip
    return csv_file("leveranciers", head, rows)


@bp.get("/<uuid:public_id>")
@guarded(policy.SEE_SUPPLIERS)
def show(public_id: UUID) -> Any:
    """One supplier: who it is, its evidence, what that proves."""
    found = _supplier(public_id, policy.SEE_SUPPLIERS)
    ids = [each.id for each in queries.same_party(db(), found)]
    return render_template(
        "ledger/suppliers/show.html", supplier=found, evidence=queries.evidence_of(db(), ids),
        standings=queries.standings_of(db(), [found.id]), links=queries.links_of(db(), found.id),
        suggestions=queries.suggestions(db(), found), grades=GRADES, kinds=KINDS,
        proves=policy.may(actor(), policy.PROVE, found), links_it=policy.may(actor(), policy.LINK, found),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/evidence", methods=["GET", "POST"])
@guarded(policy.PROVE)
def prove(public_id: UUID) -> Any:
    """Add evidence of where a supplier is."""
    found = _supplier(public_id, policy.PROVE)
    form = EvidenceForm(street=found.street, house_number=found.house_number, postcode=found.postcode)
    form.offer([(each.id, each.name) for each in _checkers(db())])
    return submit(
        form,
        lambda s: services.add_evidence(
            s, supplier=found, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("suppliers.show", public_id=public_id),
        said=_("Het bewijs is opgeslagen. De cijfers zijn bijgewerkt."),
        page=lambda: render_template("ledger/suppliers/prove.html", form=form, supplier=found),
    )


def _checkers(session: Session) -> list[Any]:
    """Colleagues of the actor: the programme's own people, but not the actor."""
    organisation_id = actor().organisation_id
    people = people_with(session, organisation_id, Role.PROGRAMME, Role.AUDITOR) if organisation_id else []
    return [each for each in people if each.id != actor().user_id]


@bp.route("/<uuid:public_id>/link", methods=["GET", "POST"])
@guarded(policy.LINK)
def link(public_id: UUID) -> Any:
    """Say which organisation a supplier is, or that it is none after all."""
    found = _supplier(public_id, policy.LINK)
    form = LinkForm(kvk_number=found.kvk_number)

    def act(session: Session) -> Supplier:
        party = None
        if form.kvk_number.data:
            party = find_organisation_by_kvk(session, form.kvk_number.data)
            if party is None:
                raise SupplierPartyUnknown(field="kvk_number")
        return services.link_supplier(
            session, supplier=found, party=party, reason=form.reason.data, actor_id=actor().user_id, at=now()
        )

    return submit(
        form, act, then=lambda _made: url_for("suppliers.show", public_id=public_id),
        said=_("De koppeling is opgeslagen. U kunt haar altijd ongedaan maken."),
        page=lambda: render_template("ledger/suppliers/link.html", form=form, supplier=found),
    )  # fmt: skip
