"""Pages of the right to challenge."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from coops.needs.models import Need
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import submit
from procurement.advice.gateway import law
from procurement.challenges import errors, forms, policy, queries, rules, services
from procurement.challenges.gateway import terms
from procurement.challenges.rules import OPEN
from procurement.contracts.models import Contract
from procurement.tenders.forms import PROCEDURES

bp = Blueprint("challenges", __name__)


@bp.get("/challenges")
@public
def index() -> str:
    """Every challenge and where it stands."""
    form = forms.ChallengeFilter(request.args)
    page = paged(db(), queries.challenges(**form.values()))
    who = find_actor()
    return render_template(
        "procurement/challenges/index.html", page=page, filter_form=form, states=rules.STATE_TEXTS,
        mine=queries.mine(db(), who) if who is not None and policy.SUBMIT.open_to(who) else [],
        today=local_date(now()), open_states=OPEN, terms=terms(local_date(now())),
    )  # fmt: skip


@bp.get("/challenges/list.csv")
@public
def listing() -> Response:
    """The same list as a file; no names of people."""
    form = forms.ChallengeFilter(request.args)
    found = db().scalars(queries.challenges(**form.values())).all()
    head = ("number", "title", "buyer", "group", "amount", "submitted_at", "answer_by", "state")
    return csv_file(
        "challenges",
        head,
        (
            (
                each.number, each.title, each.buyer.name, each.group_name, each.amount, each.submitted_at,
                each.answer_by, each.state.value,
            )
            for each in found
        ),
    )  # fmt: skip


@bp.get("/challenges/subjects")
@public
def subjects() -> str:
    """What can be challenged: running contracts and planned needs."""
    who = find_actor()
    return render_template(
        "procurement/challenges/subjects.html", may_submit=who is None or policy.SUBMIT.open_to(who),
        contracts=queries.running_contracts(db(), local_date(now())),
        needs=queries.open_needs(db(), now()),
    )  # fmt: skip


def _subject() -> Contract | Need:
    contract, need = request.args.get("contract", ""), request.args.get("need", "")
    found = (
        queries.find_contract(db(), contract, local_date(now()))
        if contract
        else queries.find_need(db(), need, now())
    )
    if found is None:
        raise errors.NotChallengeable if contract or need else errors.ChallengeNotFound
    return found


@bp.route("/challenges/new", methods=["GET", "POST"])
@guarded(policy.SUBMIT)
def new() -> Any:
    """Challenge one of them."""
    subject = _subject()
    about = {"contract": subject.number} if isinstance(subject, Contract) else {"need": subject.number}
    form = forms.ChallengeForm(data={"group_name": actor().organisation_name})
    on = local_date(now())
    return submit(
        form,
        lambda session: services.submit_challenge(
            session, subject=subject, terms=terms(on), actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("challenges.show", number=made.number),
        said=_("Uw uitdaging is binnen. De koper kreeg een mail."),
        page=lambda: render_template(
            "procurement/challenges/new.html", form=form, subject=_subject(), about=about, terms=terms(on)
        ),
    )


def _show(number: str, form: forms.StepForm | None = None) -> str:
    found, who = queries.challenge(db(), number), find_actor()
    handles = policy.may(who, policy.HANDLE, found)
    steps = rules.offered(found.state, is_extended=found.is_extended) if handles else []
    if form is None and steps:
        form = forms.StepForm(formdata=None)
        form.offer(steps)
    return render_template(
        "procurement/challenges/show.html", challenge=found, states=rules.STATE_TEXTS, step_texts=rules.STEP_TEXTS,
        answers=rules.ANSWER_TEXTS, follows=rules.FOLLOW_TEXTS, form=form, steps=steps,
        sees_people=policy.sees_people(who, found), may_withdraw=policy.may(who, policy.SUBMIT, found),
        advice=services.lawful_ways(found, law(), now()), today=local_date(now()), is_open=found.state in OPEN,
        procedures={each.id: PROCEDURES.get(each.id, each.name) for each in law().procedures}, handles=handles,
    )  # fmt: skip


@bp.get("/challenges/<number>")
@public
def show(number: str) -> str:
    """A challenge, its steps and its answer."""
    return _show(number)


@bp.post("/challenges/<number>/step")
@guarded(policy.HANDLE)
def step(number: str) -> Any:
    """Take a step as the buyer."""
    found = queries.challenge(db(), number)
    permit(policy.may(actor(), policy.HANDLE, found))
    form = forms.StepForm()
    form.offer(rules.offered(found.state, is_extended=found.is_extended))
    return submit(
        form,
        lambda session: services.take_step(
            session, challenge=found, terms=terms(local_date(now())), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("challenges.show", number=number),
        said=_("Bewaard. De uitdagers kregen een mail."),
        page=lambda: _show(number, form),
    )


@bp.route("/challenges/<number>/withdraw", methods=["GET", "POST"])
@guarded(policy.SUBMIT)
def withdraw(number: str) -> Any:
    """Take it back."""
    found = queries.challenge(db(), number)
    permit(policy.may(actor(), policy.SUBMIT, found))
    form = forms.WithdrawForm()
    return submit(
        form,
        lambda session: services.withdraw_challenge(session, challenge=found, actor=actor(), at=now()),
        then=lambda _made: url_for("challenges.show", number=number),
        said=_("U hebt zich teruggetrokken. Uw teksten zijn gewist."),
        page=lambda: render_template("procurement/challenges/withdraw.html", form=form, number=number),
    )
