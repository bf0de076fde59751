"""Pages of pay statements: state, look, and what everybody may read."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, url_for

from coops.wages.gateway import wages
from cwb.files import rules as files
from cwb.files.gateway import HouseKeys
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.pages import paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.security import takes_files
from cwb.web.submit import see_other, submit
from procurement.contracts import policy as contract_policy
from procurement.contracts import queries as contracts
from procurement.contracts.errors import ContractNotFound
from procurement.contracts.models import Contract
from procurement.pay_statements import forms, policy, queries, rules, services
from procurement.pay_statements.errors import DaysWrong
from procurement.tenders import queries as tenders
from procurement.wage_floors.queries import find_floor

bp = Blueprint("pay_statements", __name__)


def _own(number: str) -> Contract:
    """A contract that the reader states pay for."""
    contract = contracts.contract(db(), number)
    if not contract_policy.may(actor(), contract_policy.SEE, contract):
        raise ContractNotFound
    permit(policy.may_state(actor(), contract))
    return contract


def _steps(number: str, here: str) -> list[dict[str, str]]:
    """The two pages of a statement."""
    days = {"label": _("Dagen"), "state": "current" if here == "days" else "done",
            "href": url_for("pay_statements.state", number=number)}  # fmt: skip
    return [days, {"label": _("Aantallen en stuk"), "state": "todo" if here == "days" else "current"}]


@bp.route("/contracts/<number>/pay", methods=["GET", "POST"])
@guarded(policy.STATE)
def state(number: str) -> Any:
    """Say what was paid: first in which days."""
    contract = _own(number)
    last = max((each.ends_on for each in queries.of_contract(db(), contract.id)
                if each.organisation_id == actor().organisation_id), default=None)  # fmt: skip
    form = forms.DaysForm(data={"starts_on": last + timedelta(days=1) if last else contract.starts_on})
    return submit(
        form,
        lambda session: services.choose_days(
            session, contract=contract, starts_on=form.starts_on.data, ends_on=form.ends_on.data, actor=actor(),
            at=now(),
        ),
        then=lambda _done: url_for(
            "pay_statements.sums", number=number, starts_on=form.starts_on.data, ends_on=form.ends_on.data
        ),
        page=lambda: render_template(
            "procurement/pay_statements/days.html", form=form, number=number, steps=_steps(number, "days")
        ),
    )  # fmt: skip


@bp.route("/contracts/<number>/pay/<starts_on>/<ends_on>", methods=["GET", "POST"])
@takes_files(files.MOST_FILE + files.MEGA)
@guarded(policy.STATE)
def sums(number: str, starts_on: str, ends_on: str) -> Any:
    """Say what was paid in these days, with the paper."""
    contract = _own(number)
    try:
        first, last = date.fromisoformat(starts_on), date.fromisoformat(ends_on)
        rules.check_days(first, last, first=contract.starts_on, today=local_date(now()))
    except (ValueError, DaysWrong):
        return see_other(url_for("pay_statements.state", number=number))
    floor, form = find_floor(db(), contract.tender_id), forms.PayForm()
    wage = wages().wage(last)
    if not form.is_submitted() and floor is not None:
        form.cao.data = floor.cao
    return submit(
        form,
        lambda session: services.state_pay(
            session, contract=contract, wage=wage, actor=actor(), at=now(), **form.values(first, last),
            keys=HouseKeys(current_app.extensions["cwb.config"].data_dir),
        ),
        then=lambda _made: url_for("resident_work.show", number=number),
        said=_("Bewaard. Iemand van het programma bekijkt het stuk."),
        page=lambda: render_template(
            "procurement/pay_statements/state.html", form=form, number=number, floor=floor, wage=wage,
            starts_on=first, ends_on=last, steps=_steps(number, "sums"),
        ),
    )  # fmt: skip


@bp.get("/pay")
@guarded(policy.READ)
def every() -> str:
    """All statements, what waits for a look first."""
    return render_template(
        "procurement/pay_statements/every.html", page=paged(db(), queries.every()), grades=rules.GRADES,
        may_check=policy.CHECK.open_to(actor()), today=local_date(now()),
    )  # fmt: skip


@bp.route("/pay/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.CHECK)
def check(public_id: UUID) -> Any:
    """Look at the paper and say what it shows."""
    form = forms.CheckForm()
    return submit(
        form,
        lambda session: services.check_pay(
            session, statement=queries.statement(session, public_id), accepted=form.outcome.data == "yes",
            note=form.note.data or "", actor=actor(), at=now(),
        ),
        then=lambda _done: url_for("pay_statements.every"),
        said=_("Bewaard. Het bestuur krijgt bericht."),
        page=lambda: render_template(
            "procurement/pay_statements/check.html", form=form, each=queries.statement(db(), public_id),
            grades=rules.GRADES, today=local_date(now()),
        ),
    )  # fmt: skip


@bp.get("/tenders/<number>/pay")
@public
def paid(number: str) -> str:
    """What everybody may read: the floor that was asked, and what each supplier pays at least."""
    tender = tenders.tender(db(), number, find_actor())
    return render_template(
        "procurement/pay_statements/paid.html", tender=tender, floor=find_floor(db(), tender.id), grades=rules.GRADES,
        found=db().scalars(queries.latest(tender.id)).all(), today=local_date(now()),
    )  # fmt: skip
