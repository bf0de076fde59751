"""Pages of ending an instrument (`/currency/<code>/wind-down`), and what a holder reads of it (`/wallet/…/ending`)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.identity.queries import user as user_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.instruments import queries as instruments
from ledger.instruments.errors import InstrumentUnknown
from ledger.instruments.models import Instrument
from ledger.instruments.policy import LOOK, RUN, may
from ledger.instruments.rules import Code
from ledger.wallets import policy as wallet_policy
from ledger.wallets import queries as wallets
from ledger.winddown import forms, queries, rules, services
from ledger.winddown.errors import PlanUnknown
from ledger.winddown.rules import Step

bp = Blueprint("winddown", __name__, url_prefix="/currency")
own = Blueprint("own_winddown", __name__, url_prefix="/wallet")


def _instrument(code: str) -> Instrument:
    try:
        return instruments.instrument(db(), Code(code))
    except ValueError:
        raise InstrumentUnknown from None


@bp.get("/<code>/wind-down")
@guarded(LOOK)
def show(code: str) -> Any:
    """The plan, and who would get what now."""
    found = _instrument(code)
    if not found.rule.backed:
        return passed(
            url_for("instruments.instrument", code=code), _("Dit kan bij dit geld niet, of niet meer.")
        )
    plan, me = queries.find_plan(db(), found), actor().user_id
    step = rules.step_of(plan) if plan else None
    return render_template(
        "ledger/winddown/show.html", found=found, live=found.live, plan=plan, step=step, steps=rules.STEP_NAMES,
        there=queries.preview(db(), found, now()) if plan is None or plan.begun_at is None else None,
        count=instruments.last_count(db(), found), runs=may(actor(), RUN), money_of=Money,
        over=plan is not None and plan.ends_on < local_date(now()),
        may_agree=plan is not None and step is Step.PLANNED and plan.planned_by_id != me,
        following={Step.BEGUN: Step.RESIDENTS, Step.RESIDENTS: Step.FIRMS, Step.FIRMS: Step.DONE}.get(step)
        if step else None,
    )  # fmt: skip


@bp.get("/<code>/wind-down.csv")
@guarded(LOOK)
def listing(code: str) -> Any:
    """Who gets what, by the codes of wallets."""
    plan = queries.find_plan(db(), _instrument(code))
    if plan is None:
        raise PlanUnknown
    rows = (
        (wallet, "firm" if firm else "resident", Money(amount), Money(fee), Money(amount - fee))
        for wallet, firm, amount, fee in db().execute(queries.coded(plan.id))
    )
    return csv_file(f"wind-down-{code}", ("wallet", "holder", "held", "fee", "paid"), rows)


@bp.route("/<code>/wind-down/plan", methods=["GET", "POST"])
@guarded(RUN)
def plan(code: str) -> Any:
    """Write a plan."""
    fits = _instrument(code).rule.backed and queries.find_plan(db(), _instrument(code)) is None
    return _act(
        code, forms.PlanForm(), services.plan, _("Schrijf een plan om te stoppen"),
        _("Een ander stemt in. Daarna krijgt elke houder bericht."), _("Het plan staat er. Een ander stemt in."), fits,
    )  # fmt: skip


@bp.route("/<code>/wind-down/withdraw", methods=["GET", "POST"])
@guarded(RUN)
def withdraw(code: str) -> Any:
    """Take it back."""
    found = queries.find_plan(db(), _instrument(code))
    return _act(
        code, forms.BackForm(), services.withdraw, _("Trek het plan in"), _("Het geld blijft dan bestaan."),
        _("Het plan is ingetrokken."), found is not None and found.begun_at is None,
    )  # fmt: skip


def _act(code: str, form: Any, act: Any, title: str, about: str, said: str, fits: bool) -> Any:
    found, there = _instrument(code), url_for("winddown.show", code=code)
    if request.method == "GET" and not fits:
        return passed(there, _("Dit kan bij dit geld niet, of niet meer."))
    return submit(
        form,
        lambda session: act(session, code=Code(found.code), actor=actor(), at=now(), **form.values()),
        then=lambda _made: there,
        said=said,
        page=lambda: render_template(
            "ledger/wallets/act.html", title=title, form=form, back=there, live=found.live, about=about
        ),
    )


@bp.post("/<code>/wind-down/agree")
@guarded(RUN)
def agree(code: str) -> Any:
    """Agree as a second person."""
    found = _instrument(code)
    return press(
        lambda session: services.agree(session, code=Code(found.code), actor=actor(), at=now()),
        then=url_for("winddown.show", code=code),
        said=_("Aangekondigd. Elke houder krijgt bericht."),
    )


@bp.post("/<code>/wind-down/begin/<int:total>")
@guarded(RUN)
def begin(code: str, total: int) -> Any:
    """Begin, as it was shown."""
    found = _instrument(code)
    return press(
        lambda session: services.begin(session, code=Code(found.code), total=total, actor=actor(), at=now()),
        then=url_for("winddown.show", code=code),
        said=_("Begonnen. Betaal nu eerst de bewoners."),
    )


@bp.post("/<code>/wind-down/paid/<any(residents, firms, done):step>")
@guarded(RUN)
def paid(code: str, step: str) -> Any:
    """Write down that a group was paid."""
    found = _instrument(code)
    return press(
        lambda session: services.pay(
            session, code=Code(found.code), step=Step(step), actor=actor(), at=now()
        ),
        then=url_for("winddown.show", code=code),
        said=_("Betaald. Het staat in de boeken."),
    )


@own.get("/<uuid:public_id>/ending")
@guarded(wallet_policy.HOLD)
def mine(public_id: UUID) -> str:
    """Until when a holder asks euros back, and what happens with what is left then."""
    party_id = wallet_policy.holds_for(actor()) or user_by_id(db(), actor().user_id).person_id
    wallet = wallets.wallet(db(), public_id, party_id)
    found = instruments.instrument(db(), Code(wallet.instrument_code))
    plan = queries.find_plan(db(), found) if found.live == wallet.live and found.rule.backed else None
    if plan is None or plan.agreed_at is None:
        raise PlanUnknown
    return render_template(
        "ledger/winddown/mine.html", wallet=wallet, live=wallet.live, plan=plan, name=found.rule.name,
        over=plan.ends_on < local_date(now()),
    )  # fmt: skip
