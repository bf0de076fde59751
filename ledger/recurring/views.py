"""Pages of invoices that come back."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from ledger.agreements import policy as agreement_policy
from ledger.agreements import queries as agreements
from ledger.agreements.models import Agreement
from ledger.customers.forms import CustomerFilter
from ledger.customers.models import Customer
from ledger.customers.queries import customers
from ledger.freehand.forms import MemberForm
from ledger.freehand.queries import buyer as buyer_of
from ledger.freehand.rules import DAYS
from ledger.freehand.services import member_of
from ledger.recurring import forms, policy, queries, rules, services
from ledger.recurring.models import RecurringPlan

bp = Blueprint("recurring", __name__, url_prefix="/invoices")


def _own() -> int:
    return actor().organisation_id or 0


def _today() -> date:
    return local_date(now())


def _plan(public_id: UUID) -> RecurringPlan:
    return queries.plan(db(), public_id, _own())


def _again(found: RecurringPlan, public_id: UUID) -> RecurringPlan:
    """The plan for the page of its form: what was refused emptied what was loaded."""
    return found if request.method == "GET" else _plan(public_id)


def _show(plan: RecurringPlan) -> str:
    return url_for("recurring.show", public_id=plan.public_id)


@bp.get("/recurring")
@guarded(policy.KEEP)
def index() -> str:
    """The plans of one's organisation; those that wait for somebody first."""
    text, state = request.args.get("text", "")[:100], request.args.get("state", "")
    return render_template(
        "ledger/recurring/index.html", filter_form=forms.PlanFilter(request.args), every=rules.EVERY, today=_today(),
        page=paged(db(), queries.plans(_own(), text, state)), waiting=queries.waiting_runs, next_day=queries.next_day,
    )  # fmt: skip


@bp.get("/recurring.csv")
@guarded(policy.KEEP)
def listing() -> Any:
    """The same list as a file."""
    text, state = request.args.get("text", "")[:100], request.args.get("state", "")
    found = db().scalars(queries.plans(_own(), text, state)).unique().all()
    head = (
        "title",
        "buyer",
        "every",
        "day",
        "begins_on",
        "ends_on",
        "next_on",
        "paused",
        "sends_itself",
        "waiting",
    )
    return csv_file(
        "recurring-invoices", head,
        (
            (
                each.title, each.buyer.name, each.every.value, each.day, each.begins_on, each.ends_on,
                queries.next_day(each), each.paused_at is not None, each.sender_id is not None,
                len(queries.waiting_runs(each)),
            )
            for each in found
        ),
    )  # fmt: skip


@bp.route("/recurring/new", methods=["GET", "POST"])
@guarded(policy.KEEP)
def who() -> Any:
    """For whom: somebody in the address book, or a member by its number."""
    form = MemberForm()
    return submit(
        form,
        lambda session: member_of(session, kvk_number=form.kvk_number.data, seller_id=_own()),
        then=lambda found: url_for("recurring.make", public_id=found.public_id),
        page=lambda: render_template(
            "ledger/freehand/who.html", form=form, filter_form=CustomerFilter(request.args), recurring=True,
            page=paged(db(), customers(_own(), request.args.get("text", "")[:100])),
        ),
    )  # fmt: skip


@bp.route("/recurring/new/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.KEEP)
def make(public_id: UUID) -> Any:
    """Type what comes back for a customer."""
    return _new(lambda: buyer_of(db(), public_id, _own()), None)


@bp.route("/recurring/agreement/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.KEEP)
def under(public_id: UUID) -> Any:
    """Let the invoices of an agreement come back."""
    found = agreements.agreement(db(), public_id)
    permit(agreement_policy.may(actor(), agreement_policy.SEE, found) and found.share_of(_own()) is not None)
    found.check_seller(_own())
    return _new(lambda: agreements.agreement(db(), public_id).buyer, found)


def _new(buyer: Any, agreement: Agreement | None) -> Any:
    begins_on = rules.months_on(_today(), 0)
    title = agreement.title if agreement else ""
    form = forms.PlanForm(
        _today(), data={"payment_days": DAYS, "title": title, "begins_on": begins_on.isoformat()}
    )
    if agreement is not None:
        form.without_lines()
    kept: Organisation | Customer = buyer()
    return submit(
        form,
        lambda session: services.make_plan(
            session,
            seller_id=_own(),
            buyer=kept,
            agreement=agreement,
            actor=actor(),
            at=now(),
            **form.values(),
        ),
        then=_show,
        said=_("Opgeslagen. Hieronder staan de eerste vijf."),
        page=lambda: _edit(form, buyer(), None, _("Nieuwe terugkerende factuur")),
    )


def _edit(form: Any, buyer: Organisation | Customer, plan: RecurringPlan | None, name: str) -> str:
    shown, more = form.rows()
    return render_template(
        "ledger/recurring/edit.html", form=form, buyer=buyer, plan=plan, name=name, shown=shown, more=more
    )


@bp.get("/recurring/<uuid:public_id>")
@guarded(policy.KEEP)
def show(public_id: UUID) -> str:
    """One plan: what comes, what waits, what was made."""
    found = _plan(public_id)
    agreement = queries.agreement_of(db(), found)
    over = found.is_over(_today())
    return render_template(
        "ledger/recurring/show.html", plan=found, every=rules.EVERY, last_day=rules.LAST_DAY, over=over, today=_today(),
        agreement=agreement, coming=[] if over else queries.coming(db(), found, agreement, _today()),
        waiting=queries.waiting_runs(found), is_late=queries.is_late,
    )  # fmt: skip


@bp.route("/recurring/<uuid:public_id>/change", methods=["GET", "POST"])
@guarded(policy.KEEP)
def change(public_id: UUID) -> Any:
    """Other lines, prices or texts for what is to come."""
    found = _plan(public_id)
    found.check_running(_today())
    since = queries.first_to_change(found)
    form = forms.ChangeForm(data={**forms.typed(found.terms_for(since)), "since": since})
    if found.agreement_id is not None:
        form.without_lines()
    return submit(
        form,
        lambda session: services.change_plan(session, plan=found, actor=actor(), at=now(), **form.values()),
        then=_show,
        said=_("Opgeslagen. Gemaakte facturen veranderen niet."),
        page=lambda: _edit(form, (plan := _again(found, public_id)).buyer, plan, _("Verander wat er komt")),
    )


@bp.route("/recurring/<uuid:public_id>/end", methods=["GET", "POST"])
@guarded(policy.KEEP)
def end(public_id: UUID) -> Any:
    """Let it stop."""
    found = _plan(public_id)
    found.check_running(_today())
    form = forms.EndForm(data={"on": rules.months_on(_today(), 1) - timedelta(days=1)})
    return submit(
        form,
        lambda session: services.end_plan(session, plan=found, on=form.on.data, actor=actor(), at=now()),
        then=lambda _none: url_for("recurring.show", public_id=public_id),
        said=_("Opgeslagen. Na die periode komt er geen factuur meer."),
        page=lambda: render_template("ledger/recurring/end.html", plan=_again(found, public_id), form=form),
    )


@bp.post("/recurring/<uuid:public_id>/pause")
@guarded(policy.KEEP)
def pause(public_id: UUID) -> Any:
    """Let it stand still."""
    found = _plan(public_id)
    return press(
        lambda session: services.pause_plan(session, plan=found, actor=actor(), at=now()),
        then=_show(found), said=_("Deze factuur staat stil. Er wordt niets gemaakt."),
    )  # fmt: skip


@bp.post("/recurring/<uuid:public_id>/resume")
@guarded(policy.KEEP)
def resume(public_id: UUID) -> Any:
    """Let it go on."""
    found = _plan(public_id)
    return press(
        lambda session: services.resume_plan(session, plan=found, actor=actor(), at=now()),
        then=_show(found), said=_("Deze factuur loopt weer. Wat intussen viel, slaan wij over."),
    )  # fmt: skip


@bp.post("/recurring/<uuid:public_id>/sending/<any(draft, send):how>")
@guarded(policy.KEEP)
def sending(public_id: UUID, how: str) -> Any:
    """Look first, or let it go by itself."""
    found = _plan(public_id)
    itself = how == forms.SEND
    return press(
        lambda session: services.let_send(session, plan=found, itself=itself, actor=actor(), at=now()),
        then=_show(found),
        said=_("Voortaan gaat de factuur vanzelf weg, op uw naam.")
        if itself
        else _("Voortaan zetten wij een concept klaar."),
    )  # fmt: skip


@bp.post("/recurring/<uuid:public_id>/periods/<first>/make")
@guarded(policy.KEEP)
def make_anyway(public_id: UUID, first: str) -> Any:
    """Make what waits, now."""
    found, day = _plan(public_id), _day(first)
    return press(
        lambda session: services.make_anyway(session, plan=found, first=day, actor=actor(), at=now()),
        then=_show(found), said=_("Het concept staat klaar. Kijk het na en verstuur het."),
    )  # fmt: skip


@bp.post("/recurring/<uuid:public_id>/periods/<first>/skip")
@guarded(policy.KEEP)
def skip(public_id: UUID, first: str) -> Any:
    """Leave a period out."""
    found, day = _plan(public_id), _day(first)
    return press(
        lambda session: services.skip(session, plan=found, first=day, actor=actor(), at=now()),
        then=_show(found), said=_("Deze periode slaan wij over. Er komt geen factuur."),
    )  # fmt: skip


def _day(text: str) -> date:
    """The first day of a period as it stands in the address; rubbish is no period of any plan."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
