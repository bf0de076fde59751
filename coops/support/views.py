"""Pages of what is offered and asked. What fits stands in `coops.arrangements`."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, url_for

from coops.initiatives.queries import initiative
from coops.register.forms import places
from coops.support import forms, policy, queries, services
from coops.support.rules import AMOUNTS, KINDS, MARKET_HINTS, PRICES, Kind
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import press, submit

bp = Blueprint("support", __name__, url_prefix="/support")

NAMES: dict[str, Any] = {"kinds": KINDS, "amounts": AMOUNTS, "prices": PRICES, "market_hints": MARKET_HINTS}
HEAD = ("id", "kind", "title", "amount", "price_eur", "place", "starts_on", "ends_on")


@bp.get("")
@public
@kept
def index() -> str:
    """What partners offer now."""
    form = forms.Filter(request.args)
    who, page = find_actor(), paged(db(), queries.open_offers(local_date(now()), form.sought()))
    return render_template(
        "coops/support/index.html", filter_form=form, page=page, places=places(),
        asks=who is None or policy.ASK.open_to(who), gives=who is None or policy.GIVE.open_to(who), **NAMES,
    )  # fmt: skip


@bp.get("/list.csv")
@public
def listing() -> Response:
    """The same list as a file."""
    found = db().scalars(queries.open_offers(local_date(now()), forms.Filter(request.args).sought()))
    rows = (
        (
            str(each.public_id), each.kind, each.title, each.amount, Money(each.price), each.place_code,
            each.starts_on, each.ends_on, each.organisation.name, Money(each.market), each.market_how, each.shared,
        )
        for each in found
    )  # fmt: skip
    return csv_file("support", (*HEAD, "organisation", "market_eur", "market_how", "shared"), rows)


@bp.get("/requests")
@guarded(policy.LOOK)
def requests() -> str:
    """What cooperatives and initiatives ask, for whoever may help."""
    form = forms.Filter(request.args)
    page = paged(db(), queries.open_requests(local_date(now()), form.sought()))
    return render_template(
        "coops/support/requests.html",
        filter_form=form,
        page=page,
        places=places(),
        gives=policy.GIVE.open_to(actor()),
        **NAMES,
    )


@bp.get("/requests/list.csv")
@guarded(policy.LOOK)
def request_listing() -> Response:
    """The same list as a file."""
    found = db().scalars(queries.open_requests(local_date(now()), forms.Filter(request.args).sought()))
    rows = (
        (
            str(each.public_id), each.kind, each.title, each.amount,
            None if each.most_price is None else Money(each.most_price), each.place_code, each.starts_on,
            each.ends_on, each.asker,
        )
        for each in found
    )  # fmt: skip
    return csv_file("support-requests", (*HEAD, "asker"), rows)


@bp.get("/new")
@guarded(policy.GIVE)
def choose() -> str:
    """What kind of help."""
    return render_template("coops/support/choose.html", **NAMES)


@bp.route("/new/<kind>", methods=["GET", "POST"])
@guarded(policy.GIVE)
def new(kind: str) -> Any:
    """Offer something of a kind."""
    if kind not in KINDS:
        abort(404)
    form = forms.OfferForm(kind=Kind(kind))
    return submit(
        form,
        lambda session: (
            services.offer_support(session, facts=form.facts(), actor=actor(), at=now()).public_id
        ),
        then=lambda made: url_for("arrangements.offer", public_id=made),
        said=_("Uw aanbod staat erop. Iedereen kan het vinden."),
        page=lambda: render_template("coops/support/offer_form.html", form=form, kind=kind, **NAMES),
    )


@bp.post("/offers/<uuid:public_id>/close")
@guarded(policy.GIVE)
def close_offer(public_id: UUID) -> Any:
    """Take an offer away."""
    found = queries.offer(db(), public_id)
    permit(policy.gives(actor(), found))
    there = url_for("arrangements.offer", public_id=public_id)
    return press(
        lambda session: services.close_offer(session, offer=found, actor=actor(), at=now()), then=there,
        said=_("Gesloten. Wat al is afgesproken, blijft gelden."),
    )  # fmt: skip


@bp.route("/requests/new", methods=["GET", "POST"])
@guarded(policy.ASK)
def ask() -> Any:
    """Ask for help."""
    who = actor()
    own = queries.own_initiatives(db(), who.user_id)
    parties = forms.party_names(
        who.organisation_name if who.has(Role.BOARD) else "",
        {str(each.public_id): each.sentence for each in own},
    )
    if not parties:
        return render_template("coops/support/nobody.html")
    if request.method == "GET" and len(parties) > 1 and request.args.get("party") not in parties:
        return render_template("coops/support/for_whom.html", parties=parties)
    form = forms.RequestForm(parties=parties)

    def act(session: Any) -> UUID:
        chosen = form.initiative_id()
        found = None if chosen is None else initiative(session, chosen)
        return services.ask_support(
            session, facts=form.facts(), initiative=found, actor=who, at=now()
        ).public_id

    return submit(
        form, act, then=lambda made: url_for("arrangements.request_page", public_id=made),
        said=_("Uw vraag staat erop. Hieronder ziet u wat past."),
        page=lambda: render_template("coops/support/request_form.html", form=form, **NAMES),
    )  # fmt: skip


@bp.post("/requests/<uuid:public_id>/close")
@guarded(policy.ASK)
def close_request(public_id: UUID) -> Any:
    """Take a request back."""
    found = queries.request(db(), public_id)
    permit(policy.receives(actor(), found))
    there = url_for("arrangements.request_page", public_id=public_id)
    return press(
        lambda session: services.close_request(session, request=found, actor=actor(), at=now()), then=there,
        said=_("Gesloten. Wat al is afgesproken, blijft gelden."),
    )  # fmt: skip
