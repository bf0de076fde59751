"""Pages of earlier jobs: one's own to keep, another's to read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from coops.experience import forms, policy, queries, rules, services
from coops.experience.models import EarlierJob
from coops.experience.rules import MOST_JOBS, ContractJob
from coops.needs.gateway import cpv_name
from coops.register.queries import cooperative
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit

bp = Blueprint("experience", __name__)


@bp.get("/experience")
@guarded(policy.KEEP)
def index() -> str:
    """The earlier jobs of the own organisation."""
    found = queries.jobs(db(), actor().organisation_id or 0)
    return render_template(
        "coops/experience/index.html", jobs=found, cpv_name=cpv_name, may_add=len(found) < MOST_JOBS, most=MOST_JOBS,
        twins=_twins(found, queries.delivered(db(), actor().organisation_id or 0, local_date(now()))),
    )  # fmt: skip


def _twins(jobs: Sequence[EarlierJob], made: Sequence[ContractJob]) -> dict[int, str]:
    """Job → the number of the contract made here that it is."""
    pairs = zip(jobs, rules.twins([each.facts for each in jobs], made), strict=True)
    return {each.id: twin.contract for each, twin in pairs if twin is not None}


@bp.get("/experience/jobs.csv")
@guarded(policy.KEEP)
def listing() -> Any:
    """The same as a file."""
    head = ("title", "client", "place", "starts_on", "ends_on", "value", "cpv", "contact")
    rows = (
        (
            each.title, each.client, each.place, each.starts_on, each.ends_on,
            f"{each.value_minor // 100}.{each.value_minor % 100:02}", each.cpv, each.contact,
        )
        for each in queries.jobs(db(), actor().organisation_id or 0)
    )  # fmt: skip
    return csv_file("earlier-jobs", head, rows)


@bp.route("/experience/add", methods=["GET", "POST"])
@guarded(policy.KEEP)
def add() -> Any:
    """Write down a job."""
    form = forms.JobForm()
    return submit(
        form,
        lambda session: services.add_job(session, facts=form.facts(), actor=actor(), at=now()),
        then=lambda _made: url_for("experience.index"),
        said=_("Uw werk is bewaard. U kunt het nu in elke inschrijving gebruiken."),
        page=lambda: render_template("coops/experience/form.html", form=form, job=None),
    )


@bp.route("/experience/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.KEEP)
def change(public_id: UUID) -> Any:
    """Write it down otherwise."""
    found = queries.job(db(), public_id, actor().organisation_id)
    form = forms.JobForm(job=found)
    return submit(
        form,
        lambda session: services.change_job(
            session, job=queries.job(session, public_id, actor().organisation_id), facts=form.facts(),
            version=form.seen(), actor=actor(), at=now(),
        ),
        then=lambda _made: url_for("experience.index"),
        said=_("Uw werk is bewaard. Wat al is ingediend, verandert niet."),
        page=lambda: render_template("coops/experience/form.html", form=form, job=found),
    )  # fmt: skip


@bp.post("/experience/<uuid:public_id>/remove")
@guarded(policy.KEEP)
def remove(public_id: UUID) -> Any:
    """Take it out of the profile."""
    return press(
        lambda session: services.drop_job(
            session, job=queries.job(session, public_id, actor().organisation_id), actor=actor()
        ),
        then=url_for("experience.index"), said=_("Dit werk staat niet meer in uw profiel."),
    )  # fmt: skip


@bp.route("/experience/means", methods=["GET", "POST"])
@guarded(policy.STATE)
def means() -> Any:
    """Turnover and insurance of the own organisation."""
    own = actor().organisation_id or 0
    form = forms.MeansForm(means=queries.find_means(db(), own))
    return submit(
        form,
        lambda session: services.keep_means(
            session, facts=form.facts(), version=form.seen(), actor=actor(), at=now()
        ),
        then=lambda _made: url_for("experience.index"),
        said=_("Bewaard. U kunt het nu in elke inschrijving gebruiken."),
        page=lambda: render_template(
            "coops/experience/means.html", form=form, saved=queries.find_means(db(), own)
        ),
    )


@bp.get("/cooperatives/<public_id>/jobs")
@public
@kept
def of(public_id: str) -> str:
    """The earlier jobs of a cooperative, without who can confirm them."""
    found = cooperative(db(), public_id)
    jobs = queries.jobs(db(), found.organisation_id)
    delivered = queries.delivered(db(), found.organisation_id, local_date(now()))
    return render_template(
        "coops/experience/of.html", organisation=found.organisation, jobs=jobs, cpv_name=cpv_name,
        delivered=delivered, twins=_twins(jobs, delivered),
    )  # fmt: skip
