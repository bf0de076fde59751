"""Pages of a buyer's own bands."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from procurement.advice.gateway import law
from procurement.advice.rules import threshold_on
from procurement.bands import forms, policy, queries, services
from procurement.bands.models import OwnBand

bp = Blueprint("bands", __name__, url_prefix="/bands")


@bp.get("")
@guarded(policy.SET)
def index() -> str:
    """The bands of the own organisation, and whose example counts where there are none."""
    today = local_date(now())
    found = queries.bands(db(), actor().organisation_id or 0)
    counting: dict[str, int] = {}
    for each in found:
        if each.confirmed_at is not None and each.valid_from <= today:
            counting.setdefault(each.kind, each.id)
    return render_template(
        "procurement/bands/index.html", bands=found, kinds=forms.KINDS, counting=set(counting.values()),
        lacking=[name for kind, name in forms.KINDS.items() if kind not in counting], today=today,
        user_id=actor().user_id, threshold=threshold_on(law(), today),
    )  # fmt: skip


@bp.get("/all")
@guarded(policy.AUDIT)
def overview() -> str:
    """The bands of every buyer, for who audits: what counts, what waits, who entered and who confirmed."""
    return render_template(
        "procurement/bands/overview.html", page=paged(db(), queries.every_band()), kinds=forms.KINDS,
        today=local_date(now()),
    )  # fmt: skip


@bp.get("/bands.csv")
@guarded(policy.TAKE)
def listing() -> Any:
    """The bands as a file: those of every buyer for who audits, else of the own organisation."""
    wanted = queries.every_band()
    if not policy.AUDIT.open_to(actor()):
        wanted = wanted.where(OwnBand.organisation_id == actor().organisation_id)
    head = (
        "organisation", "kvk", "kind", "valid_from", "single_below", "invited_below", "source", "entered_by",
        "entered_at", "confirmed_by", "confirmed_at",
    )  # fmt: skip
    rows = (
        (
            each.organisation.name, each.organisation.kvk_number, each.kind, each.valid_from,
            _euro(each.single_below_minor), _euro(each.invited_below_minor), each.source, each.entered_by.name,
            each.entered_at.isoformat(), each.confirmed_by.name if each.confirmed_by else None,
            each.confirmed_at.isoformat() if each.confirmed_at else None,
        )
        for each in db().scalars(wanted)
    )  # fmt: skip
    return csv_file("purchasing-bands", head, rows)


def _euro(minor: int | None) -> str | None:
    return None if minor is None else Money(minor).plain()


@bp.route("/add", methods=["GET", "POST"])
@guarded(policy.SET)
def add() -> Any:
    """Enter bands."""
    form = forms.band_form()
    return submit(
        form,
        lambda session: services.enter_band(session, facts=form.facts(), actor=actor(), at=now()),
        then=lambda _made: url_for("bands.index"),
        said=_("Bewaard. Een collega moet de grenzen nog bevestigen."),
        page=lambda: render_template("procurement/bands/add.html", form=form),
    )


@bp.post("/<uuid:public_id>/confirm")
@guarded(policy.SET)
def confirm(public_id: UUID) -> Any:
    """Confirm as a second person."""
    return press(
        lambda session: services.confirm_band(
            session, band=queries.band(session, public_id, actor().organisation_id), actor=actor(), at=now()
        ),
        then=url_for("bands.index"), said=_("Bevestigd. Het advies rekent nu met uw eigen grenzen."),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/drop")
@guarded(policy.SET)
def drop(public_id: UUID) -> Any:
    """Throw away what nobody confirmed."""
    return press(
        lambda session: services.drop_band(
            session, band=queries.band(session, public_id, actor().organisation_id), actor=actor(), at=now()
        ),
        then=url_for("bands.index"), said=_("Weggegooid."),
    )  # fmt: skip
