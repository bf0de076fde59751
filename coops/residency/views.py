"""Pages of the desk that looks at papers (`/residents`)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from coops.residency import forms, policy, queries, rules, services
from coops.residency.errors import PersonUnknown
from cwb.identity.queries import find_user_by_email
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import submit

bp = Blueprint("residency", __name__, url_prefix="/residents")


@bp.route("", methods=["GET", "POST"])
@guarded(policy.CHECK)
def index() -> Any:
    """Whom it is about, and who was looked at before."""
    form = forms.WhoForm()

    def find(session: Any) -> Any:
        found = find_user_by_email(session, form.email.data or "")
        if found is None:
            raise PersonUnknown(field="email")
        return found

    return submit(
        form, find, then=lambda found: url_for("residency.check", public_id=found.public_id),
        page=lambda: render_template(
            "coops/residency/index.html", form=form, page=paged(db(), queries.checks()), names=rules.SHOWN_NAMES,
            count=queries.how_many(db(), local_date(now())),
        ),
    )  # fmt: skip


@bp.get("/all.csv")
@guarded(policy.CHECK)
def listing() -> Any:
    """The same as a file."""
    return csv_file(
        "residents", ("person", "shown", "checked_at", "checked_by", "ends_on"),
        [
            (each.person.name, each.shown, each.checked_at, each.checked_by.name, each.ends_on)
            for each in db().scalars(queries.checks())
        ],
    )  # fmt: skip


@bp.route("/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.CHECK)
def check(public_id: UUID) -> Any:
    """One person: what was seen."""
    found, form = queries.user(db(), public_id), forms.PaperForm()
    return submit(
        form,
        lambda session: services.check_address(
            session, user=queries.user(session, public_id), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("residency.index"),
        said=_("Bewaard. Deze bewoner stemt mee vanaf de volgende stemming."),
        page=lambda: render_template("coops/residency/check.html", form=form, user=found),
    )
