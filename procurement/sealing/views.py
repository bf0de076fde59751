"""The page "Mijn sleutel"."""

from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.kernel.text import N_
from cwb.kernel.waiting import Tasks, Waiting
from cwb.web.forms import Form
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.sealing import policy, queries, rules, services
from procurement.sealing.forms import ChangeForm, KeyForm

bp = Blueprint("sealing", __name__, url_prefix="/sealing")


def _page(template: str, form: Form) -> str:
    user_id = actor().user_id
    holder = queries.find_holder(db(), user_id)
    return render_template(
        f"procurement/sealing/{template}.html",
        form=form,
        holder=holder,
        fingerprint=holder and rules.fingerprint(holder.public_key),
        history=queries.history(db(), user_id),
        shares=queries.shares_held(db(), user_id),
    )


def _there(_made: object) -> str:
    return url_for("sealing.key")


@bp.route("/key", methods=["GET", "POST"])
@guarded(policy.HOLD_KEY)
def key() -> Any:
    """My key: make it, or see since when it is there."""
    form = KeyForm()
    return submit(
        form,
        lambda s: services.make_holder_key(s, user_id=actor().user_id, at=now(), **form.values()),
        then=_there,
        said=_("Uw sleutel is gemaakt. Bewaar uw wachtzin goed."),
        page=lambda: _page("key", form),
    )


@bp.route("/key/passphrase", methods=["GET", "POST"])
@guarded(policy.HOLD_KEY)
def passphrase() -> Any:
    """The same key, another passphrase."""
    form = ChangeForm()
    return submit(
        form,
        lambda s: services.change_passphrase(s, user_id=actor().user_id, at=now(), **form.values()),
        then=_there,
        said=_("Uw wachtzin is veranderd. De oude werkt niet meer."),
        page=lambda: _page("passphrase", form),
    )


@bp.route("/key/replace", methods=["GET", "POST"])
@guarded(policy.HOLD_KEY)
def replace() -> Any:
    """A new key, for whoever forgot the passphrase."""
    form = KeyForm()
    return submit(
        form,
        lambda s: services.replace_key(s, user_id=actor().user_id, at=now(), **form.values()),
        then=_there,
        said=_("U heeft een nieuwe sleutel. Uw oude bewaart nog de lopende aanbestedingen."),
        page=lambda: _page("replace", form),
    )


tasks = Tasks(
    Waiting(
        N_("Maak uw sleutel, dan kunt u inschrijvingen openen"), "sealing.key", policy.HOLD_KEY.roles, queries.NO_KEY
    ),
)  # fmt: skip
"""Whoever may open bids and has no key yet."""
