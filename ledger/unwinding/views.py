"""Pages of ending mutual credit: for the programme (`/currency/<code>/unwinding`), and for a member (`/wallet/…`)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.identity.queries import user as user_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.forms import Form
from cwb.web.guards import guarded
from cwb.web.i18n import _, translated
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.instruments import queries as instruments
from ledger.instruments.errors import InstrumentUnknown
from ledger.instruments.models import Instrument
from ledger.instruments.policy import LOOK, RUN, may
from ledger.instruments.rules import INSTRUMENTS, Code
from ledger.unwinding import forms, queries, rules, services
from ledger.unwinding.errors import UnwindingUnknown
from ledger.unwinding.models import Unwinding
from ledger.unwinding.rules import Kind, Step
from ledger.wallets import policy as wallet_policy
from ledger.wallets import queries as wallets

bp = Blueprint("unwinding", __name__, url_prefix="/currency")
own = Blueprint("own_unwinding", __name__, url_prefix="/wallet")


def _instrument(code: str) -> Instrument:
    try:
        found = instruments.instrument(db(), Code(code))
    except ValueError:
        raise InstrumentUnknown from None
    if found.rule.kind != "mutual":
        raise UnwindingUnknown
    return found


@bp.get("/<code>/unwinding")
@guarded(LOOK)
def show(code: str) -> Any:
    """The plan, where everybody stands, and what happened."""
    found = _instrument(code)
    plan = queries.find_plan(db(), found)
    step = rules.step_of(plan) if plan else None
    fixed = plan is not None and plan.fixed_at is not None
    held = {} if fixed else queries.holdings(db(), found)
    return render_template(
        "ledger/unwinding/show.html", found=found, live=found.live, plan=plan, step=step, steps=rules.STEP_NAMES,
        kinds=rules.KINDS, kind_of=Kind, runs=may(actor(), RUN), me=actor().user_id, money_of=Money, fixed=fixed,
        owing=plan.owing if plan and fixed else -sum(cents for _account, cents in held.values() if cents < 0),
        lines=db().execute(queries.lines(plan.id)).all() if plan and fixed else [],
        page=paged(db(), queries.events(plan.id), scalar=False) if plan else None,
        available=services.available(db(), found) if fixed else 0, over=bool(plan and plan.ends_on < local_date(now())),
    )  # fmt: skip


def _plan(code: str) -> Unwinding:
    plan = queries.find_plan(db(), _instrument(code))
    if plan is None:
        raise UnwindingUnknown
    return plan


@bp.get("/<code>/unwinding.csv")
@guarded(LOOK)
def listing(code: str) -> Any:
    """Who stood where, by the codes of wallets."""
    rows = (
        (wallet, name, Money(amount), Money(moved), Money(abs(amount) - moved))
        for wallet, name, amount, moved in db().execute(queries.lines(_plan(code).id))
    )
    return csv_file(f"unwinding-{code}", ("wallet", "holder", "position", "paid_or_lost", "open"), rows)


@bp.get("/<code>/unwinding/events.csv")
@guarded(LOOK)
def events(code: str) -> Any:
    """What happened, as a file."""
    rows = (
        (
            each.kind, name, Money(each.amount), Money(each.reserve), each.written_at, each.confirmed_at,
            each.withdrawn_at, each.about,
        )
        for each, name in db().execute(queries.events(_plan(code).id))
    )  # fmt: skip
    columns = ("kind", "holder", "amount", "reserve", "written", "booked", "withdrawn", "about")
    return csv_file(f"unwinding-events-{code}", columns, rows)


@bp.route("/<code>/unwinding/plan", methods=["GET", "POST"])
@guarded(RUN)
def plan(code: str) -> Any:
    """Write a plan."""
    return _act(
        code, forms.PlanForm(), services.plan, _("Schrijf een plan om met dit krediet te stoppen"),
        _("Een ander stemt in. Dan stopt nieuw krediet, en krijgt elk lid bericht."),
        _("Het plan staat er. Een ander stemt in."), {None},
    )  # fmt: skip


@bp.route("/<code>/unwinding/withdraw", methods=["GET", "POST"])
@guarded(RUN)
def withdraw(code: str) -> Any:
    """Take it back."""
    return _act(
        code, forms.BackForm(), services.withdraw, _("Trek het plan in"), _("Het krediet blijft dan bestaan."),
        _("Het plan is ingetrokken."), {Step.PLANNED, Step.AGREED},
    )  # fmt: skip


@bp.route("/<code>/unwinding/reserve", methods=["GET", "POST"])
@guarded(RUN)
def put_aside(code: str) -> Any:
    """Write down what was put aside for losses."""
    return _act(
        code, forms.ReserveForm(), services.put_aside, _("Schrijf een storting in de reserve op"),
        _("De reserve draagt een verlies als eerste. Elk kenmerk telt één keer."), _("De reserve is gestort."),
        {Step.AGREED, Step.FIXED},
    )  # fmt: skip


@bp.route("/<code>/unwinding/received", methods=["GET", "POST"])
@guarded(RUN)
def receive(code: str) -> Any:
    """Write down that a member paid a part."""
    return _act(
        code, forms.PartForm(), services.receive, _("Schrijf op wat een lid betaalde"),
        _("Kijk op het afschrift. Elk kenmerk telt één keer."), _("Het deel is ontvangen."), {Step.FIXED},
    )  # fmt: skip


@bp.route("/<code>/unwinding/lost", methods=["GET", "POST"])
@guarded(RUN)
def write_off(code: str) -> Any:
    """Write down that a member cannot pay."""
    return _act(
        code, forms.LossForm(), services.write_off, _("Schrijf op wie niet kan betalen"),
        _("De reserve draagt het eerst. Dan wie nog krijgt, naar verhouding."),
        _("Opgeschreven. Een ander boekt het."), {Step.FIXED},
    )  # fmt: skip


def _act(
    code: str, form: Form, act: Callable[..., object], title: str, about: str, said: str, steps: set[Step | None]
) -> Any:  # fmt: skip
    found, there = _instrument(code), url_for("unwinding.show", code=code)
    if request.method == "GET":
        plan = queries.find_plan(db(), found)
        if (rules.step_of(plan) if plan else None) not in steps:
            return passed(there, _("Dit kan nu niet, of niet meer."))
    return submit(
        form,
        lambda session: act(session, code=Code(found.code), actor=actor(), at=now(), **form.values()),
        then=lambda _made: there,
        said=said,
        page=lambda: render_template(
            "ledger/wallets/act.html", title=title, form=form, back=there, live=found.live, about=about
        ),
    )


def _press(code: str, act: Callable[..., object], said: str, **facts: Any) -> Any:
    found = _instrument(code)
    return press(
        lambda session: act(session, code=Code(found.code), actor=actor(), at=now(), **facts),
        then=url_for("unwinding.show", code=code),
        said=said,
    )


@bp.post("/<code>/unwinding/agree")
@guarded(RUN)
def agree(code: str) -> Any:
    """Agree as a second person."""
    return _press(code, services.agree, _("Aangekondigd. Nieuw krediet kan niet meer."))


@bp.post("/<code>/unwinding/fix/<int:owing>")
@guarded(RUN)
def fix(code: str, owing: int) -> Any:
    """Fix where everybody stands, as it was shown."""
    return _press(code, services.fix, _("De saldo’s staan vast, in euro’s."), owing=owing)


@bp.post("/<code>/unwinding/paid/<int:total>")
@guarded(RUN)
def pay_out(code: str, total: int) -> Any:
    """Write down that what came in was paid on."""
    return _press(code, services.pay_out, _("Verdeeld en uitbetaald. Het staat in de boeken."), total=total)


@bp.post("/<code>/unwinding/lost/<uuid:public_id>/<any(confirm, withdraw):act>")
@guarded(RUN)
def decide(code: str, public_id: UUID, act: str) -> Any:
    """Book a loss as a second person, or take it back."""
    if act == "confirm":
        return _press(code, services.confirm_loss, _("Het verlies is geboekt."), public_id=public_id)
    return _press(code, services.withdraw_loss, _("Ingetrokken."), public_id=public_id)


@bp.post("/<code>/unwinding/done")
@guarded(RUN)
def finish(code: str) -> Any:
    """Close it."""
    return _press(code, services.finish, _("Klaar. Alle boeken staan op nul."))


@own.get("/<uuid:public_id>/unwinding")
@guarded(wallet_policy.HOLD)
def mine(public_id: UUID) -> Any:
    """What a member gets or owes, and when."""
    party_id = wallet_policy.holds_for(actor()) or user_by_id(db(), actor().user_id).person_id
    wallet = wallets.wallet(db(), public_id, party_id)
    there = queries.plan_of(db(), wallet)
    if there is None:
        return passed(url_for("wallets.show", public_id=public_id), _("Dit krediet stopt niet."))
    where = queries.line(db(), there.id, wallet.id) if there.fixed_at else None
    parts = []
    if there.fixed_at and where and where.amount < 0:
        parts = rules.parts(where, there.months, local_date(there.fixed_at), local_date(now()))
    return render_template(
        "ledger/unwinding/mine.html", wallet=wallet, live=wallet.live, plan=there, where=where, parts=parts,
        held=None if there.fixed_at else Money(wallets.account(db(), wallet).posted),
        moves=queries.of_wallet(db(), there.id, wallet.id) if where else [], kind_of=Kind, kinds=rules.KINDS,
        step=translated(rules.STEP_NAMES[rules.step_of(there)]), money_of=Money,
        name=translated(INSTRUMENTS[Code(wallet.instrument_code)].name),
    )  # fmt: skip
