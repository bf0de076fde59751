"""Pages of who runs the fund: its capital, its terms."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from coops.fund import forms, policy, queries, services
from coops.fund.models import Fund
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit

bp = Blueprint("fund", __name__)


def _fund() -> Fund:
    found = queries.fund(db())
    permit(policy.may(actor(), policy.RUN, found))
    return found


@bp.get("/credit/fund")
@guarded(policy.READ)
def show() -> str:
    """The fund's capital by source, what it has in cash, and its terms."""
    found = queries.find_fund(db())
    today = local_date(now())
    if found is None:
        return render_template(
            "coops/fund/empty.html", may_open=policy.may(actor(), policy.RUN), name=_("Het vliegwielfonds")
        )
    return render_template(
        "coops/fund/show.html", fund=found, grants=queries.grants(db(), found.id),
        cash=queries.cash(db(), found.organisation_id), terms=queries.all_terms(db(), found.id), today=today,
        may_run=policy.may(actor(), policy.RUN, found),
    )  # fmt: skip


@bp.route("/credit/fund/open", methods=["GET", "POST"])
@guarded(policy.RUN)
def start() -> Any:
    """Open the fund."""
    form = forms.OpenForm()
    return submit(
        form,
        lambda session: services.open_fund(session, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("fund.show"),
        said=_("Het fonds is open. Zet er nu geld en voorwaarden in."),
        page=lambda: render_template("coops/fund/open.html", form=form),
    )


@bp.route("/credit/fund/grants/add", methods=["GET", "POST"])
@guarded(policy.RUN)
def grant() -> Any:
    """Write down capital that came in."""
    found = _fund()
    form = forms.GrantForm(data={"received_on": local_date(now())})
    return submit(
        form,
        lambda session: services.add_grant(session, fund=found, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("fund.show"),
        said=_("De inleg staat in de boeken van het fonds."),
        page=lambda: render_template("coops/fund/grant.html", form=form),
    )


@bp.route("/credit/fund/grants/<uuid:public_id>/end", methods=["GET", "POST"])
@guarded(policy.RUN)
def end(public_id: UUID) -> Any:
    """Close capital at its end."""
    found = _fund()
    ending = queries.grant_locked(db(), public_id, found.id)
    source, amount = ending.source, Money(ending.amount)
    form = forms.EndForm()
    return submit(
        form,
        lambda session: services.end_grant(
            session, grant=queries.grant_locked(session, public_id, found.id), fund=found, actor=actor(), at=now(),
            **form.values(),
        ),
        then=lambda _made: url_for("fund.show"),
        said=_("De inleg is afgesloten."),
        page=lambda: render_template("coops/fund/end.html", form=form, source=source, amount=amount),
    )  # fmt: skip


@bp.route("/credit/fund/terms", methods=["GET", "POST"])
@guarded(policy.RUN)
def terms() -> Any:
    """Set the terms from a day on."""
    found = _fund()
    form = forms.TermsForm(data={"valid_from": local_date(now())})
    return submit(
        form,
        lambda session: services.set_terms(session, fund=found, facts=form.facts(), actor=actor(), at=now()),
        then=lambda _made: url_for("fund.show"),
        said=_("De voorwaarden staan vast vanaf die dag."),
        page=lambda: render_template("coops/fund/terms.html", form=form),
    )
