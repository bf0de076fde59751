"""What one's own cooperative was granted: the page, what it had elsewhere, and the statement as a file."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for

from coops.aid import forms, policy, queries, services
from coops.aid.gateway import ceilings
from coops.aid.rules import Ceiling, Grant, Reckoning, ceiling_on, first_day, in_period, reckon
from coops.aid_papers.rules import statement
from coops.arrangements.queries import grants_of
from cwb.documents.gateway import pdf
from cwb.documents.rules import Words
from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.text import N_
from cwb.web.guards import guarded
from cwb.web.i18n import _, language
from cwb.web.pages import pdf_file
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit

bp = Blueprint("aid", __name__, url_prefix="/support/aid")

SECTORS = {
    "general": N_("Alle andere ondernemingen"),
    "road_freight": N_("Vervoer van goederen over de weg"),
    "general_interest": N_("Diensten van algemeen economisch belang"),
    "agriculture": N_("Primaire landbouw"),
    "fishery": N_("Visserij en aquacultuur"),
}
"""Sector of a ceiling → its text."""


def _reckoned() -> tuple[list[Grant], Reckoning, Ceiling]:
    today = local_date(now())
    found, ceiling = grants_of(db(), actor().organisation_id or 0), ceiling_on(ceilings(), today)
    return in_period(found, today), reckon(found, 0, today, ceiling.amount), ceiling


@bp.get("")
@guarded(policy.KEEP)
def index() -> str:
    """What counts now, what is left, and every ceiling with its source."""
    grants, reckoned, ceiling = _reckoned()
    today = local_date(now())
    return render_template(
        "coops/aid_papers/index.html", grants=grants, reckoned=reckoned, ceiling=ceiling, sectors=SECTORS,
        declared=queries.declared(db(), actor().organisation_id or 0), since=first_day(today),
        known=[each for each in ceilings() if each.valid_from <= today <= each.valid_until],
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.KEEP)
def new() -> Any:
    """Say what one had from elsewhere."""
    form = forms.OtherAidForm()
    return submit(
        form,
        lambda session: services.declare(session, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("aid.index"),
        said=_("Opgeschreven. Het telt mee."),
        page=lambda: render_template("coops/aid_papers/new.html", form=form),
    )


@bp.post("/<uuid:public_id>/take-back")
@guarded(policy.KEEP)
def take_back(public_id: UUID) -> Any:
    """Take a slip back."""
    return press(
        lambda session: services.take_back(session, public_id=public_id, actor=actor(), at=now()),
        then=url_for("aid.index"), said=_("Teruggenomen. Het telt niet meer mee en blijft wel staan."),
    )  # fmt: skip


@bp.get("/statement.pdf")
@guarded(policy.KEEP)
def statement_file() -> Response:
    """The statement of the last three years, to sign and give to who grants aid."""
    grants, reckoned, ceiling = _reckoned()
    home = organisation_by_id(db(), actor().organisation_id or 0)
    made = statement(
        Words(language()), name=home.name, kvk=home.kvk_number or "", grants=grants, reckoned=reckoned,
        ceiling=ceiling, at=now(), today=local_date(now()),
    )  # fmt: skip
    return pdf_file("de-minimis", pdf(made))
