"""Pages between the letters and the definitive award."""

from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.awards import policy
from procurement.awards import queries as awards
from procurement.awards.models import AwardDecision
from procurement.standstill import errors, forms, queries, services
from procurement.tenders.models import Tender

bp = Blueprint("standstill", __name__, url_prefix="/tenders/<number>/decision")


def _found(number: str) -> tuple[Tender, AwardDecision]:
    tender = awards.tender(db(), number)
    permit(policy.may(actor(), policy.DECIDE, tender))
    decision = awards.find_decision(db(), tender.id)
    if decision is None:
        raise errors.NotSent
    return tender, decision


@bp.route("/definitive", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def definitive(number: str) -> Any:
    """Make the award definitive."""
    tender, decision = _found(number)
    form = forms.DefinitiveForm()
    return submit(
        form,
        lambda session: services.make_definitive(session, tender=tender, actor=actor(), at=now()),
        then=lambda _made: url_for("awards.decision", number=number),
        said=_("De gunning is definitief. Maak nu het contract."),
        page=lambda: render_template(
            "procurement/awards/definitive.html", form=form, tender=tender, decision=decision,
            summonses=queries.summonses(db(), decision.id), at=now(),
        ),
    )  # fmt: skip


@bp.route("/extend", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def extend(number: str) -> Any:
    """Let the standstill run longer."""
    tender, decision = _found(number)
    form = forms.ExtendForm()
    return submit(
        form,
        lambda session: services.extend(session, tender=tender, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("awards.decision", number=number),
        said=_("De wachttijd is verlengd. Alle inschrijvers kregen bericht."),
        page=lambda: render_template(
            "procurement/awards/extend.html", form=form, tender=tender, decision=decision,
            extensions=queries.extensions(db(), decision.id), at=now(),
        ),
    )  # fmt: skip


@bp.route("/summons", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def summons(number: str) -> Any:
    """Write down a summons; below it the ones there are."""
    tender, decision = _found(number)
    form = forms.SummonsForm()
    return submit(
        form,
        lambda session: services.record_summons(
            session, tender=tender, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("standstill.summons", number=number),
        said=_("Vastgelegd. De gunning wacht op het vonnis."),
        page=lambda: render_template(
            "procurement/awards/summons.html", form=form, tender=tender, decision=decision,
            summonses=queries.summonses(db(), decision.id),
        ),
    )  # fmt: skip


@bp.route("/summons/<int:summons_id>/judgment", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def judgment(number: str, summons_id: int) -> Any:
    """Write down a judgment."""
    tender, _decision = _found(number)
    found = queries.summons(db(), tender.id, summons_id)
    form = forms.JudgmentForm()
    return submit(
        form,
        lambda session: services.record_judgment(
            session, tender=tender, summons_id=summons_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("standstill.summons", number=number),
        said=_("Het vonnis is vastgelegd."),
        page=lambda: render_template(
            "procurement/awards/judgment.html", form=form, tender=tender, summons=found
        ),
    )


@bp.route("/withdraw", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def withdraw(number: str) -> Any:
    """Take the decision back."""
    tender, decision = _found(number)
    form = forms.WithdrawForm()
    return submit(
        form,
        lambda session: services.withdraw_decision(
            session, tender=tender, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("awards.decision", number=number),
        said=_("Het besluit is ingetrokken."),
        page=lambda: render_template(
            "procurement/awards/withdraw.html", form=form, tender=tender, decision=decision
        ),
    )
