"""Pages of declarations: a supplier writes one in short steps, somebody else checks it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.declarations import forms, policy, queries, services
from ledger.declarations.models import Declaration
from ledger.declarations.rules import CHECKED_GRADES
from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import supplier
from ledger.suppliers.services import party_supplier

bp = Blueprint("declarations", __name__, url_prefix="/spend/declarations")

STEPS = ("wages", "purchases", "surplus", "work")


def _own(public_id: UUID) -> Declaration:
    """One that the actor writes: of its own organisation, or (the programme) one it made itself."""
    if actor().has(Role.PROGRAMME):
        one = queries.declaration(db(), public_id, made_by=actor().user_id)
        permit(one.declared_by_id == actor().user_id)
        return one
    return queries.declaration(db(), public_id, party_id=actor().organisation_id or 0)


def _supplier(session: Session) -> Supplier:
    """Whose declaration it will be."""
    if actor().has(Role.PROGRAMME):
        return supplier(session, request.args.get("supplier", ""))
    organisation = session.get_one(Organisation, actor().organisation_id)
    return party_supplier(session, organisation=organisation, at=now())


def _step_url(public_id: UUID, after: str) -> str:
    """The step that follows one; after the last one the whole, to look over and send."""
    place = STEPS.index(after) + 1
    if place < len(STEPS):
        return url_for(f"declarations.{STEPS[place]}", public_id=public_id)
    return url_for("declarations.show", public_id=public_id)


def _sent(one: Declaration) -> Any:
    """Where a declaration stands that can no longer be changed."""
    return passed(url_for("declarations.show", public_id=one.public_id), _("Deze opgave is al verstuurd."))


def _step(
    public_id: UUID, name: str, form_class: Callable[[Declaration], Any], write: Callable[..., None]
) -> Any:
    """One step of a draft: its form, what it writes, and then the next step."""
    one = _own(public_id)
    if one.sent_at is not None:
        return _sent(one)
    form = form_class(one)
    return submit(
        form,
        lambda session: write(session, declaration=one, **form.values()),
        then=lambda _done: _step_url(public_id, name),
        page=lambda: render_template(
            f"ledger/declarations/{name}.html", form=form, one=one, step=STEPS.index(name) + 1
        ),
    )


@bp.get("")
@guarded(policy.SEE)
def index() -> Any:
    """One's own declarations; for who checks: all that were sent."""
    if policy.CHECK.open_to(actor()):
        return render_template(
            "ledger/declarations/checks.html", page=paged(db(), queries.sent(actor().user_id))
        )
    return render_template(
        "ledger/declarations/index.html", found=queries.declarations_of(db(), actor().organisation_id or 0)
    )


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.DECLARE)
def start() -> Any:
    """Begin: the year, the turnover, and which contract if it is about one."""
    whose = Supplier.party_id == (actor().organisation_id or 0)
    if actor().has(Role.PROGRAMME):
        whose = Supplier.id == supplier(db(), request.args.get("supplier", "")).id
    form = forms.StartForm()
    form.offer(local_date(now()).year)
    return submit(
        form,
        lambda session: services.start_declaration(
            session, supplier=_supplier(session), actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda made: url_for("declarations.wages", public_id=made.public_id),
        page=lambda: render_template(
            "ledger/declarations/start.html", form=form, standing=queries.standing(db(), whose)
        ),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/wages", methods=["GET", "POST"])
@guarded(policy.DECLARE)
def wages(public_id: UUID) -> Any:
    """Wages to residents, and how many people."""
    return _step(public_id, "wages", forms.WagesForm, services.write_wages)


@bp.route("/<uuid:public_id>/purchases", methods=["GET", "POST"])
@guarded(policy.DECLARE)
def purchases(public_id: UUID) -> Any:
    """Suppliers in the area, one at a time."""
    one = _own(public_id)
    if one.sent_at is not None:
        return _sent(one)
    form = forms.PurchaseForm()
    return submit(
        form,
        lambda session: services.add_purchase(session, declaration=one, **form.values()),
        then=lambda _done: url_for("declarations.purchases", public_id=public_id),
        said=_("Toegevoegd."),
        page=lambda: render_template(
            "ledger/declarations/purchases.html",
            form=form,
            one=(here := _own(public_id)),
            proven=services.proven_places(db(), here),
            step=STEPS.index("purchases") + 1,
        ),
    )


@bp.post("/<uuid:public_id>/purchases/<kvk_number>/drop")
@guarded(policy.DECLARE)
def drop(public_id: UUID, kvk_number: str) -> Any:
    """Take a supplier off again."""
    one = _own(public_id)
    return press(
        lambda session: services.drop_purchase(session, declaration=one, kvk_number=kvk_number),
        then=url_for("declarations.purchases", public_id=public_id),
    )


@bp.route("/<uuid:public_id>/surplus", methods=["GET", "POST"])
@guarded(policy.DECLARE)
def surplus(public_id: UUID) -> Any:
    """What was paid out of the surplus."""
    return _step(public_id, "surplus", forms.SurplusForm, services.write_surplus)


@bp.route("/<uuid:public_id>/work", methods=["GET", "POST"])
@guarded(policy.DECLARE)
def work(public_id: UUID) -> Any:
    """Hours and votes."""
    return _step(public_id, "work", forms.WorkForm, services.write_work)


@bp.get("/<uuid:public_id>")
@guarded(policy.SEE)
def show(public_id: UUID) -> Any:
    """A declaration whole: for its supplier to send or correct, for the checker to check."""
    checks = policy.CHECK.open_to(actor())
    one = queries.declaration(db(), public_id, made_by=actor().user_id) if checks else _own(public_id)
    own = one.declared_by_id == actor().user_id if checks else actor().has(Role.BOARD, Role.MEMBER)
    counted = services.counted_purchases(db(), one)
    return render_template(
        "ledger/declarations/show.html", one=one, proven=services.proven_places(db(), one),
        amounts=one.amounts(sum(each.amount for each in counted)), grades=CHECKED_GRADES,
        own=own, may_check=checks and not own and one.sent_at is not None and one.check is None, checks=checks,
        corrected=queries.corrected(db(), one),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/send")
@guarded(policy.DECLARE)
def send(public_id: UUID) -> Any:
    """Send it to be checked."""
    one = _own(public_id)
    return press(
        lambda session: services.send_declaration(
            session, declaration=one, actor_id=actor().user_id, at=now()
        ),
        then=url_for("declarations.show", public_id=public_id),
        said=_("Verstuurd. Iemand van het programma kijkt uw stukken na."),
    )


@bp.post("/<uuid:public_id>/correct")
@guarded(policy.DECLARE)
def correct(public_id: UUID) -> Any:
    """Begin a correction."""
    one = _own(public_id)

    def act(session: Session) -> Declaration:
        return services.correct_declaration(session, declaration=one, actor_id=actor().user_id, at=now())

    return submit(
        Button(), act, then=lambda made: url_for("declarations.wages", public_id=made.public_id),
        page=lambda: passed(url_for("declarations.show", public_id=public_id), _("Deze opgave blijft staan.")),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/check", methods=["GET", "POST"])
@guarded(policy.CHECK)
def check(public_id: UUID) -> Any:
    """Say whether it agrees with the papers."""
    one = queries.declaration(db(), public_id)
    permit(policy.may(actor(), policy.CHECK, one))
    back = url_for("declarations.show", public_id=public_id)
    if one.check is not None:
        return passed(back, _("Deze opgave is al nagekeken."))
    if one.declared_by_id == actor().user_id:
        return passed(back, _("U vulde deze opgave zelf in. Een collega kijkt haar na."))
    form = forms.CheckForm()
    return submit(
        form,
        lambda session: services.check_declaration(
            session, declaration=one, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: back, said=_("Opgeslagen. De cijfers zijn bijgewerkt."),
        page=lambda: render_template("ledger/declarations/check.html", form=form, one=one),
    )  # fmt: skip
