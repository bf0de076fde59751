"""Public pages of tenders, and what a buyer does with a published one."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from coops.needs.gateway import cpv_name
from coops.register.forms import categories, places
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.kept_pages import kept
from cwb.web.pages import paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, submit
from cwb.web.waiting import waits_at
from procurement.advice.gateway import law
from procurement.demands.queries import demands
from procurement.demands.rules import CODE_TEXTS
from procurement.lifecycle.rules import KINDS as COST_KINDS
from procurement.methods import rules as methods
from procurement.procedures.rules import Access, phase_of, row_of
from procurement.scoring.rules import PRICE_ALONE
from procurement.tenders import forms, policy, queries, rules, services
from procurement.tenders.models import Lot, Tender

bp = Blueprint("tenders", __name__, url_prefix="/tenders")


def said_of_draft(tender: Tender, text: str) -> str:
    """What a buyer hears once a draft is saved: that an approval no longer counts, when it had one."""
    if tender.reviewed_at is None:
        return text
    return f"{text} {_('De controle geldt niet meer. Vraag uw collega opnieuw.')}"


@bp.get("/mine")
@guarded(policy.SEE_DRAFT)
def mine() -> str:
    """Every tender of the own organisation, drafts too."""
    page = paged(db(), queries.own_tenders(actor().organisation_id or 0))
    return render_template(
        "procurement/tenders/mine.html",
        page=page,
        states={each.id: rules.state_of(each, now()) for each in page.rows},
        state_names=forms.STATES,
        may_make=policy.may(actor(), policy.MAKE),
    )


def timing_facts(tender: Tender) -> dict[str, Any]:
    """What is odd about the days of a draft, for `tenders/_timing.html`."""
    row = row_of(tender.procedure_facts)
    wait = law().standstill if row is not None and row.standstill else 0
    starts = [tender.starts_on, *(each.starts_on for each in tender.lots)]
    return {
        "remarks": rules.timing(tender.closes_at, starts, wait_days=wait), "wait_days": wait,
        "first_day": min((each for each in starts if each is not None), default=None),
        "closing": tender.closes_at,
    }  # fmt: skip


def content_facts(tender: Tender) -> dict[str, Any]:
    """What the page of a tender and its review show of the content."""
    decided = [decided_by(tender, lot) for lot in tender.lots] if tender.method else []
    return {
        "tender": tender,
        "demands": demands(db(), tender.id),
        "demand_texts": CODE_TEXTS,
        "category": categories().get(tender.category or "", ""),
        "place": places().get(tender.place_code or "", ""),
        "places": places(),
        "cpv_name": cpv_name(tender.cpv or ""),
        "cpv_name_of": cpv_name,
        "procedure_name": forms.PROCEDURES.get(tender.procedure or "", ""),
        "reservation_name": forms.RESERVATIONS.get(tender.reservation or "", ""),
        "row": row_of(tender.procedure_facts),
        "framework_name": forms.FRAMEWORKS.get(tender.framework or "", ""),
        "scoring": decided[0]["scoring"] if decided else None,
        "decided": decided,
        "cost_kinds": COST_KINDS,
        "tie_break": forms.TIE_BREAKS.get(tender.tie_break or "", ""),
        "holds_until": rules.bids_hold_until(tender.closes_at, tender.bid_validity_days),
    }


def decided_by(tender: Tender, lot: Lot) -> dict[str, Any]:
    """How the winner of a lot is found: its scoring, the weights, and the formula, frozen or as it will be."""
    scoring = methods.scoring_of(tender, lot)
    whole = bool(scoring.criteria) or scoring.method in PRICE_ALONE
    return {
        "lot": lot,
        "scoring": scoring,
        "weights": methods.weights(scoring) if whole else {},
        "formula": lot.formula or (methods.formula(scoring) if whole else ""),
    }


@bp.get("/<number>")
@public
@kept
def show(number: str) -> str:
    """Before you start: what, how it is scored, dates, papers, contact, what to do next."""
    who = find_actor()
    tender = queries.shown_tender(db(), number, who)
    state = rules.state_of(tender, now())
    may_follow = policy.may(who, policy.FOLLOW, tender)
    phase = phase_of(tender.apply_until, tender.selected_at, now())
    return render_template(
        "procurement/tenders/show.html",
        **content_facts(tender),
        state=state,
        state_name=forms.STATES[state],
        is_open=state in rules.OPEN_STATES,
        changes=queries.amendments(db(), tender.id),
        changed_names=forms.changed_names(tender),
        day_of=date.fromisoformat,
        may_follow=may_follow,
        stands=queries.standing(db(), tender.id, who.organisation_id, now()) if may_follow and who else None,
        may_move=policy.may(who, policy.MOVE, tender),
        may_audit=who is not None and policy.AUDIT.open_to(who),
        may_cancel=policy.may(who, policy.CANCEL, tender),
        waits=waits_at(who, number) if may_follow and who is not None else (),
        phase=phase,
        phase_name=forms.PHASES[phase] if phase else None,
        admitted=tender.access != Access.SELECTED
        or (
            may_follow and who is not None and queries.is_admitted(db(), tender.id, who.organisation_id or 0)
        ),
    )


@bp.post("/<number>/follow")
@guarded(policy.FOLLOW)
def follow(number: str) -> Any:
    """Hear of every change, or no longer."""
    tender = queries.tender(db(), number, actor())
    permit(policy.may(actor(), policy.FOLLOW, tender))
    form = forms.FollowForm()
    return submit(
        form,
        lambda session: services.follow_tender(
            session,
            tender_id=tender.id,
            organisation_id=actor().organisation_id or 0,
            follows=form.follows.data == "yes",
            at=now(),
        ),
        then=lambda _done: url_for("tenders.show", number=number),
        said=_("Bewaard."),
        page=lambda: show(number),
    )


@bp.route("/<number>/deadline", methods=["GET", "POST"])
@guarded(policy.MOVE)
def move(number: str) -> Any:
    """Rectify: close later, with a reason."""
    tender = queries.tender(db(), number, actor())
    permit(policy.may(actor(), policy.MOVE, tender))
    if request.method == "GET" and tender.closes_at is not None and tender.closes_at <= now():
        return passed(
            url_for("tenders.show", number=number), _("De sluiting is voorbij. Verzetten kan niet meer.")
        )
    form = forms.MoveForm(data={"questions_until": tender.questions_until})
    return submit(
        form,
        lambda session: services.move_deadline(
            session, tender=tender, user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: url_for("tenders.show", number=number),
        said=_("Het sluitmoment is verzet. Iedereen die volgt, krijgt bericht."),
        page=lambda: render_template("procurement/tenders/move.html", form=form, tender=tender),
    )


@bp.route("/<number>/cancel", methods=["GET", "POST"])
@guarded(policy.CANCEL)
def cancel(number: str) -> Any:
    """Stop a tender, or put a draft away."""
    tender = queries.tender(db(), number, actor())
    permit(policy.may(actor(), policy.CANCEL, tender))
    if request.method == "GET" and rules.state_of(tender, now()) in rules.ENDED:
        return passed(url_for("tenders.show", number=number), _("Deze aanbesteding is al afgelopen."))
    form = forms.CancelForm()
    return submit(
        form,
        lambda session: services.cancel_tender(
            session, tender=tender, reason=form.reason.data, user_id=actor().user_id, at=now()
        ),
        then=lambda _done: url_for("tenders.show", number=number),
        said=_("Gestopt. De reden staat op de bladzijde."),
        page=lambda: render_template("procurement/tenders/cancel.html", form=form, tender=tender),
    )
