"""A resident's own page; who else sees what of it is in `queries.offered`."""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from coops.initiatives.models import Initiative
from coops.initiatives.queries import find_initiative, initiative
from coops.register.forms import LANGUAGES, categories, places
from coops.talent import forms, policy, queries, services
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import press, see_other, submit

bp = Blueprint("talent", __name__, url_prefix="/talent")


def _home() -> str:
    return url_for("talent.show")


@bp.get("")
@guarded(policy.OWN)
def show() -> str:
    """What one told of oneself, who sees it, and the way back."""
    profile = queries.find_profile(db(), actor().user_id)
    return render_template(
        "coops/talent/show.html",
        profile=profile,
        offers=queries.offers_of(db(), profile.id) if profile else [],
        asked=bool(profile and profile.asked_at and profile.asked_at >= profile.confirmed_at),
        names=categories(),
        places=places(),
        known_languages=LANGUAGES,
    )


@bp.route("/change", methods=["GET", "POST"])
@guarded(policy.OWN)
def change() -> Any:
    """Put oneself forward, or change it; for the initiative one came from at once."""
    profile = queries.find_profile(db(), actor().user_id)
    form, wanted = forms.AboutForm(profile=profile), _wanted()

    def save(session: Session) -> None:
        services.put_forward(session, user_id=actor().user_id, at=now(), **form.values())
        if wanted is not None:
            services.offer(session, initiative=wanted, user_id=actor().user_id, at=now())

    return submit(
        form,
        save,
        then=lambda _done: _home(),
        said=_("Bewaard. Kies nu een initiatief waar u bij wilt horen.")
        if wanted is None
        else _("De oprichters en de begeleider zien dat u mee wilt doen."),
        page=lambda: render_template(
            "coops/talent/change.html", form=form, profile=profile, wanted=_wanted()
        ),
    )


def _wanted() -> Initiative | None:
    """The running initiative that somebody pressed "I want to join" on before telling anything of oneself."""
    try:
        found = find_initiative(db(), UUID(request.args.get("initiative", "")))
    except ValueError:
        return None
    return None if found is None or found.stopped_at is not None else found


@bp.post("/stay")
@guarded(policy.OWN)
def stay() -> Any:
    """Say that it may stay."""
    return press(
        lambda session: services.confirm(session, user_id=actor().user_id, at=now()), then=_home(),
        said=_("Goed. Wij vragen het over zes maanden weer."),
    )  # fmt: skip


@bp.post("/offer/<uuid:public_id>")
@guarded(policy.OWN)
def offer(public_id: UUID) -> Any:
    """Put oneself forward for an initiative, or take it back."""
    found = initiative(db(), public_id)
    form = forms.OfferForm()
    offers = form.offers.data == "yes"
    if offers and queries.find_profile(db(), actor().user_id) is None:
        return see_other(url_for("talent.change", initiative=public_id))
    return submit(
        form,
        lambda session: (
            services.offer(session, initiative=found, user_id=actor().user_id, at=now())
            if offers
            else services.take_back(session, initiative=found, user_id=actor().user_id)
        ),
        then=lambda _done: _home(),
        said=_("De oprichters en de begeleider zien dat u mee wilt doen.")
        if offers
        else _("Ingetrokken. Er blijft niets van staan."),
        page=lambda: see_other(_home()),
    )


@bp.post("/share/<uuid:public_id>")
@guarded(policy.OWN)
def share(public_id: UUID) -> Any:
    """Let the founders of one initiative see one's contact, or no longer."""
    found = initiative(db(), public_id)
    form = forms.ShareForm()
    shared = form.shared.data == "yes"
    return submit(
        form,
        lambda session: services.share_contact(
            session, initiative=found, shared=shared, user_id=actor().user_id, at=now()
        ),
        then=lambda _done: _home(),
        said=_("De oprichters zien nu hoe zij u bereiken.")
        if shared
        else _("De oprichters zien uw contact niet meer."),
        page=lambda: see_other(_home()),
    )


@bp.get("/copy.json")
@guarded(policy.OWN)
def copy() -> Response:
    """All that is kept here about oneself, as a file."""
    told = json.dumps(queries.own_data(db(), actor().user_id), ensure_ascii=False, indent=2)
    answer = Response(told, mimetype="application/json")
    answer.headers["Content-Disposition"] = "attachment; filename=talent.json"
    return answer


@bp.route("/erase", methods=["GET", "POST"])
@guarded(policy.OWN)
def erase() -> Any:
    """Erase all of it."""
    form = forms.EraseForm()
    return submit(
        form,
        lambda session: services.erase(session, user_id=actor().user_id, sure=bool(form.sure.data), at=now()),
        then=lambda _done: _home(),
        said=_("Alles is gewist."),
        page=lambda: render_template("coops/talent/erase.html", form=form),
    )
