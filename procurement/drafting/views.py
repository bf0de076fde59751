"""Pages of a draft: begin, the list of steps, each step."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from coops.needs import policy as need_policy
from coops.needs import queries as needs
from coops.needs.forms import cpv_hint
from coops.register.forms import categories
from cwb.kernel.clock import local_date
from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.web.forms import VersionedForm
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, text_of
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.advice.gateway import law
from procurement.advice.rules import Advice, Kind, kind_of
from procurement.cautions import queries as cautions
from procurement.cautions.rules import is_needed
from procurement.counsel import queries as counsel
from procurement.counsel.gateway import patterns
from procurement.demands import queries as demands
from procurement.demands.gateway import table
from procurement.drafting import forms, rules, services
from procurement.invitations.queries import count as invited_count
from procurement.lots.rules import HOUR, WEEKS, gap, small_lots
from procurement.methods.rules import scoring_of, stock_phrases
from procurement.procedures.rules import Access, least_apply_days, least_days, row_of
from procurement.proportion.services import chances
from procurement.tenders import errors, policy, queries
from procurement.tenders.forms import PROCEDURES, STATES
from procurement.tenders.models import Tender
from procurement.tenders.rules import earliest_closing, state_of
from procurement.tenders.services import advice_for, circumstances, days_for_answers
from procurement.tenders.views import said_of_draft, timing_facts
from procurement.terms.queries import find_extensions
from procurement.workplaces.queries import able
from procurement.workplaces.rules import RESERVED

bp = Blueprint("drafting", __name__, url_prefix="/tenders")

Do = Callable[..., Tender]

FORMS: dict[str, tuple[type[VersionedForm], Do]] = {
    "what": (forms.WhatForm, services.describe),
    "value": (forms.ValueForm, services.estimate),
    "procedure": (forms.ProcedureForm, services.choose_procedure),
    "lots": (forms.LotsForm, services.arrange_lots),
    "scoring": (forms.ScoringForm, services.set_scoring),
    "planning": (forms.PlanningForm, services.plan),
}


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.MAKE)
def new() -> Any:
    """Begin a draft, blank or from a need (`?need=N-2026-0001`)."""
    permit(policy.may(actor(), policy.MAKE))
    asked = request.args.get("need", "")
    need = needs.need(db(), asked, actor()) if asked else None
    permit(need is None or need_policy.may(actor(), need_policy.CHANGE, need))
    form = forms.NewForm(data={"title": need.title if need else ""})
    return submit(
        form,
        lambda session: services.create_draft(
            session,
            buyer_id=actor().organisation_id or 0,
            user_id=actor().user_id,
            title=form.title.data,
            need=need,
            at=now(),
        ),
        then=lambda made: url_for("drafting.show", number=made.number),
        said=_("Het concept is bewaard. U kunt altijd stoppen en later verder gaan."),
        page=lambda: render_template("procurement/drafting/new.html", form=form, need=need),
    )


def _draft(number: str) -> Tender:
    tender = queries.tender(db(), number, actor())
    permit(policy.may(actor(), policy.SEE_DRAFT, tender))
    if tender.published_at is not None or tender.cancelled_at is not None:
        raise errors.NotDraft
    return tender


@bp.get("/<number>/draft")
@guarded(policy.SEE_DRAFT)
def show(number: str) -> str:
    """The list of steps, and what can be done next."""
    tender = _draft(number)
    steps = rules.steps(tender, _invited(tender))
    asked = counsel.findings(db(), tender, law(), patterns(), local_date(now()))
    answered = counsel.answers(db(), tender.id)
    mine = actor().user_id in {tender.author_id, tender.edited_by_id}
    return render_template(
        "procurement/drafting/show.html",
        tender=tender,
        steps=steps,
        addresses={each.id: address_of(tender, each.id) for each in steps},
        done=sum(step.done for step in steps),
        whole=all(step.done for step in steps),
        asked=len(asked),
        extensions=find_extensions(db(), tender.id),
        demanded=len(demands.demands(db(), tender.id)),
        unconfirmed=cautions.is_open(db(), tender),
        doubted=stock_phrases(tender.price_only_reason),
        is_relative=is_needed(cautions.scorings(tender)),
        unanswered=sum(each.fingerprint not in answered for each in asked),
        state=STATES[state_of(tender, now())],
        **timing_facts(tender),
        may_edit=policy.may(actor(), policy.EDIT, tender),
        may_review=not mine and policy.may(actor(), policy.REVIEW, tender),
        may_publish=tender.reviewed_at is not None and policy.may(actor(), policy.PUBLISH, tender),
    )


@bp.route("/<number>/draft/<step>", methods=["GET", "POST"])
@guarded(policy.EDIT)
def edit(number: str, step: str) -> Any:
    """One step of a draft. "Opslaan en later verder" goes back to the list of steps."""
    tender = _draft(number)
    permit(policy.may(actor(), policy.EDIT, tender))
    if step not in FORMS:
        raise NotFound
    if step == "procedure" and request.method == "GET" and services.under_framework(tender):
        words = _("Dit is een mini-competitie onder een raamovereenkomst. De procedure staat vast.")
        return passed(url_for("drafting.show", number=number), words)
    kind, act = FORMS[step]
    form = kind(tender=tender, **(_facts(tender, step)[1] if step == "procedure" else {}))
    extra: dict[str, Any] = {"law": law()} if step == "procedure" else {}
    if step == "value":
        extra = {"framework_years": law().settings.framework_years}

    def save(session: Session) -> Tender:
        values: dict[str, Any] = form.values()
        return act(session, tender=tender, user_id=actor().user_id, at=now(), **values, **extra)

    def page() -> str:
        fresh = _draft(number)
        return render_template(
            f"procurement/drafting/{step}.html", form=form, tender=fresh, step=step, steps=_trail(fresh, step),
            **_facts(fresh, step)[0],
        )  # fmt: skip

    return submit(
        form,
        save,
        then=lambda saved: _next(saved, step),
        said=said_of_draft(tender, _("Bewaard.")),
        page=page,
    )


def _next(tender: Tender, step: str) -> str:
    if step == "scoring" and cautions.is_open(db(), tender):
        return url_for("cautions.confirm", number=tender.number)
    following = None if "later" in request.form else rules.next_step(tender, step, _invited(tender))
    if following is None:
        return url_for("drafting.show", number=tender.number)
    return address_of(tender, following)


def _invited(tender: Tender) -> int | None:
    """How many are invited; None where nobody needs to be."""
    return invited_count(db(), tender.id) if tender.access == Access.INVITED else None


def address_of(tender: Tender, step: str) -> str:
    """Where a step is filled in."""
    if step == rules.INVITEES[0]:
        return url_for("invitations.index", number=tender.number)
    return url_for("drafting.edit", number=tender.number, step=step)


def _trail(tender: Tender, step: str) -> list[dict[str, object]]:
    return [
        {
            "label": _(each.name),
            "state": "current" if each.id == step else ("done" if each.done else "todo"),
            "href": address_of(tender, each.id),
        }
        for each in rules.steps(tender, _invited(tender))
    ]


def _facts(tender: Tender, step: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the page of a step shows besides its form, and what the form itself needs."""
    if step == "procedure":
        advice, fault = _advice(tender)
        allowed = {
            line.id: PROCEDURES.get(line.id, line.id)
            for line in (advice.procedures if advice else ())
            if line.allowed or line.by != "law"
        }
        recommended = advice.recommended if advice else ""
        reservable = [line.id for line in (advice.reservations if advice else ()) if line.allowed]
        return (
            {"advice": advice, "fault": fault, "procedures": PROCEDURES, "able": _able(tender)},
            {"recommended": recommended, "allowed": allowed, "reservable": reservable},
        )
    shown: dict[str, Callable[[Tender], dict[str, Any]]] = {
        "what": lambda _tender: {"hint": cpv_hint()},
        "value": lambda tender: {"in_euro": bool(tender.method) and scoring_of(tender, tender.lots[0]).in_euro},
        "lots": _lots,
        "planning": _term_facts,
        "scoring": lambda tender: {
            "doubted": stock_phrases(tender.price_only_reason), "worth": _worth(tender),
        },
    }  # fmt: skip
    return shown[step](tender), {}


def _term_facts(tender: Tender) -> dict[str, Any]:
    """The least terms of the procedure, and from when they let bids close if it went out now."""
    row, case = row_of(tender.procedure_facts), circumstances(tender)
    if row is None:
        return {"row": None, **timing_facts(tender)}
    apply_days = least_apply_days(row, case)
    applied = earliest_closing(now(), apply_days) if apply_days else None
    days = least_days(row, case)
    return {
        "row": row,
        "days": days,
        "apply_days": apply_days,
        "earliest_apply": applied,
        "earliest": earliest_closing(applied or now(), days),
        "answers": days_for_answers(tender),
        **timing_facts(tender),
    }


def _worth(tender: Tender) -> tuple[Money, Money, int] | None:
    """What full quality of lot 1 is worth, what the lot is worth, and the one in percent of the other."""
    lot = tender.lots[0]
    worth = scoring_of(tender, lot).worth
    if not worth or not lot.value_minor:
        return None
    return worth, Money(lot.value_minor), (worth.minor * 200 + lot.value_minor) // (2 * lot.value_minor)


def _able(tender: Tender) -> tuple[int, int]:
    """How many registered cooperatives of this kind of work may compete if it is reserved (2.82), and were checked."""
    return able(
        db(), tender.category, now(), on=local_date(now()), percent=law().reserved_workplaces.share_percent
    )


def _advice(tender: Tender) -> tuple[Advice | None, str]:
    try:
        return advice_for(db(), tender, law(), local_date(now())), ""
    except RuleBroken as fault:
        return None, text_of(fault)


def _lots(tender: Tender) -> dict[str, Any]:
    """What the page of the lots shows: what is still to be divided, small lots, and who could bid on each."""
    codes = {each.number: each.cpv or tender.cpv or "" for each in tender.lots}
    works = [number for number, code in codes.items() if kind_of(Cpv(code)) is Kind.WORKS]
    return {
        "left": gap(tender.value_minor, tender.lots),
        "small": small_lots(tender.lots, law().small_lots, works),
        "law": law().small_lots,
        "chances": chances(
            db(), tender, [each.facts for each in demands.demands(db(), tender.id)], table(), now()
        ),
        "names": categories(),
        "able": _able(tender) if tender.reservation == RESERVED else None,
        "hour": HOUR,
        "weeks": WEEKS,
    }
