"""Pages of the local multiplier: public studies, and making one."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, jsonify, render_template, url_for

from cwb.places.gateway import area_pack
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, press, submit
from ledger.multiplier import forms, policy, queries, services
from ledger.multiplier.models import Study
from ledger.share.rules import euro, ratio

bp = Blueprint("multiplier", __name__, url_prefix="/spend/multiplier")


def _decimal(value: Fraction | None, places: int = 2) -> Decimal | None:
    return None if value is None else Decimal(ratio(value, places) or "0")


def _cents(third: tuple[Fraction, Fraction]) -> tuple[int, int]:
    """The third round in whole cents, outwards: never a tighter bound than was found."""
    return math.floor(third[0]), math.ceil(third[1])


def _facts(study: Study) -> dict[str, Any]:
    """A study as it is published: every round, both bounds, who was asked, which part answered."""
    found = study.bounds
    return {
        "id": str(study.public_id), "title": study.title, "variant": study.variant,
        "area": f"{study.area_id} {study.area_version}", "asked": study.asked,
        "r1": euro(found.first), "r2": [euro(each) for each in found.second],
        "r3": [euro(each) for each in _cents(found.third)],
        "lm3_without_r3": ratio(found.floor), "lm3": [ratio(found.lo), ratio(found.hi)],
        "r2_shown_apart": found.told, "r3_shown_apart": found.apart,
        "recipients_asked": found.asked, "recipients_answered": found.answered,
        "response_by_amount": ratio(found.response),
        "places_by_register": study.by_register, "places_said": len(study.recipients) - study.by_register,
    }  # fmt: skip


def _makes() -> bool:
    who = find_actor()
    return who is not None and policy.STUDY.open_to(who)


@bp.get("")
@public
def index() -> Any:
    """Every finished study; for who makes them the drafts as well."""
    makes = _makes()
    return render_template(
        "ledger/multiplier/index.html",
        studies=queries.studies(db(), drafts=makes),
        makes=makes,
        decimal=_decimal,
    )


@bp.get("/<uuid:public_id>")
@public
def show(public_id: UUID) -> Any:
    """One study: the rounds, the bounds, who answered."""
    makes = _makes()
    study = queries.study(db(), public_id, drafts=makes)
    return render_template(
        "ledger/multiplier/show.html", study=study, bounds=study.bounds, makes=makes,
        third=_cents(study.bounds.third), decimal=_decimal,
    )  # fmt: skip


@bp.get("/<uuid:public_id>.json")
@public
def data(public_id: UUID) -> Any:
    """The same as data."""
    return jsonify(_facts(queries.study(db(), public_id, drafts=False)))


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.STUDY)
def start() -> Any:
    """Begin a study."""
    form = forms.StudyForm()
    return submit(
        form,
        lambda session: services.start_study(
            session, area=area_pack(current_app.extensions["cwb.config"]), actor_id=actor().user_id, at=now(),
            **form.values(),
        ),
        then=lambda made: url_for("multiplier.recipients", public_id=made.public_id),
        page=lambda: render_template("ledger/multiplier/start.html", form=form),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/recipients", methods=["GET", "POST"])
@guarded(policy.STUDY)
def recipients(public_id: UUID) -> Any:
    """Name who got the money, one at a time."""
    study = queries.study(db(), public_id, drafts=True)
    if study.finished_at is not None:
        return passed(url_for("multiplier.show", public_id=public_id), _("Dit onderzoek is al openbaar."))
    form = forms.RecipientForm()
    return submit(
        form,
        lambda session: services.add_recipient(
            session, study=study, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: url_for("multiplier.recipients", public_id=public_id),
        said=_("Toegevoegd."),
        page=lambda: render_template(
            "ledger/multiplier/recipients.html",
            form=form,
            study=study,
            decimal=_decimal,
            own=actor().user_id in {study.made_by_id, *(each.added_by_id for each in study.recipients)},
        ),
    )


@bp.post("/<uuid:public_id>/recipients/<int:number>/drop")
@guarded(policy.STUDY)
def drop(public_id: UUID, number: int) -> Any:
    """Take one off again."""
    study = queries.study(db(), public_id, drafts=True)
    return press(
        lambda session: services.drop_recipient(session, study=study, recipient_id=number),
        then=url_for("multiplier.recipients", public_id=public_id),
    )


@bp.post("/<uuid:public_id>/finish")
@guarded(policy.STUDY)
def finish(public_id: UUID) -> Any:
    """Make it public."""
    study = queries.study(db(), public_id, drafts=True)
    return press(
        lambda session: services.finish_study(session, study=study, actor_id=actor().user_id, at=now()),
        then=url_for("multiplier.show", public_id=public_id),
        back=url_for("multiplier.recipients", public_id=public_id),
        said=_("Het onderzoek is nu openbaar."),
    )
