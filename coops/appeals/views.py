"""Pages of appeals: make one, answer it."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from coops.appeals import forms, policy, queries, rules, services
from coops.appeals.errors import NotAnotherPerson
from coops.appeals.models import Appeal
from coops.papers import queries as papers
from coops.papers.rules import PAPERS
from coops.register import policy as register_policy
from coops.register import queries as register
from coops.register.forms import CLAIMS, claim_text
from coops.register.models import Judgement, Verification
from coops.register.views import words
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit

bp = Blueprint("appeals", __name__, url_prefix="/cooperatives")


@bp.get("/<public_id>/history")
@guarded(register_policy.HISTORY)
def history(public_id: str) -> Any:
    """Everything that was judged, appealed and decided, by day."""
    found = register.cooperative(db(), public_id)
    permit(register_policy.may(actor(), register_policy.HISTORY, found))
    facts = register.facts_of(db(), found, now())
    return render_template(
        "coops/appeals/history.html", cooperative=found, judgements=queries.judgements(db(), found.id),
        refused={fact.judgement.id for fact in facts if fact.judgement and fact.is_refused},
        appeals=(made := queries.appeals_of(db(), found.id)), appealed={each.judgement_id for each in made},
        verifications=(decided := queries.verifications(db(), found.id)), may_appeal=policy.may_appeal(actor(), found),
        may_answer={each.id for each in made if each.answered_at is None and policy.may_answer(actor(), each)},
        whole=_whole_open(decided, made), today=local_date(now()), **words(),
    )  # fmt: skip


def _whole_open(decided: Sequence[Verification], made: Sequence[Appeal]) -> int | None:
    """The refusal of the whole profile that one may still appeal against; its number, for the page."""
    last = decided[0] if decided else None
    if last is None or last.verified or any(each.verification_id == last.id for each in made):
        return None
    return last.id if local_date(now()) <= rules.last_day(local_date(last.decided_at)) else None


@bp.route("/appeals/against/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.APPEAL)
def make(public_id: UUID) -> Any:
    """Appeal against a refusal."""
    return _make(lambda: queries.refusal(db(), public_id))


@bp.route("/<public_id>/appeal", methods=["GET", "POST"])
@guarded(policy.APPEAL)
def against_whole(public_id: str) -> Any:
    """Appeal against the refusal of one's whole profile."""

    def refused() -> Verification:
        found = register.cooperative(db(), public_id)
        permit(policy.may_appeal(actor(), found))
        return queries.whole_refusal(db(), found, now())

    return _make(refused)


def _make(refused: Callable[[], Judgement | Verification]) -> Any:
    found, form = refused(), forms.AppealForm()
    permit(policy.may_appeal(actor(), found.cooperative))
    home = found.cooperative.organisation.public_id
    if request.method == "GET" and not services.counts(db(), found, now()):
        return passed(
            url_for("cooperatives.show", public_id=home),
            _("Dit oordeel telt niet meer. Dit is uw profiel nu."),
        )
    appeal = queries.find_appeal(db(), found)
    if request.method == "GET" and appeal is not None and appeal.answered_at is None:
        return passed(
            url_for("appeals.history", public_id=home),
            _("U maakte hier al bezwaar tegen. Het staat hieronder."),
        )
    return submit(
        form,
        lambda s: services.make_appeal(s, refused=found, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("appeals.history", public_id=home),
        said=_("Uw bezwaar is bewaard. Iemand anders kijkt opnieuw."),
        page=lambda: render_template(
            "coops/appeals/make.html", form=form, refused=(fresh := refused()),
            claim_names=CLAIMS, claim_text=claim_text, last_day=(last := rules.last_day(local_date(fresh.decided_at))),
            answer_by=rules.answer_by(local_date(now())), is_open=appeal is None and local_date(now()) <= last,
            answered=appeal,
        ),
    )  # fmt: skip


@bp.route("/appeals/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def answer(public_id: UUID) -> Any:
    """Answer an appeal, as somebody else."""
    found = queries.appeal(db(), public_id)
    if not policy.may_answer(actor(), found):
        raise NotAnotherPerson
    there = papers.papers(db(), organisation_id=found.cooperative.organisation_id)
    form = forms.AnswerForm(code=found.judgement.code if found.judgement else "", papers=there)
    home = found.cooperative.organisation.public_id

    def page() -> Any:
        fresh = queries.appeal(db(), public_id)
        return render_template(
            "coops/appeals/answer.html", form=form, appeal=fresh, claim_names=CLAIMS,
            claim_text=claim_text, paper_kinds=PAPERS, papers=there,
        )  # fmt: skip

    return submit(
        form,
        lambda s: services.answer_appeal(s, appeal=found, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("appeals.history", public_id=home),
        said=_("Uw antwoord is bewaard. De coöperatie krijgt bericht."),
        page=page,
    )
