"""The till (`/till`): amount, code, and the word when it was paid. Works without a script; one makes it quicker."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from ledger.instruments.rules import INSTRUMENTS
from ledger.pins.rules import Hand, How, Outcome, needed
from ledger.pins.views import above, tried
from ledger.requests import queries as requests
from ledger.requests import rules as request_rules
from ledger.requests import services as request_services
from ledger.requests.models import PaymentRequest
from ledger.requests.rules import Lasting
from ledger.shops import forms, policy, queries, services
from ledger.shops.errors import NoTill
from ledger.shops.rules import left
from ledger.wallets import queries as wallets
from ledger.wallets.models import Wallet

bp = Blueprint("shops", __name__, url_prefix="/till")

COMMON: dict[str, Any] = {"instruments": INSTRUMENTS, "money_of": Money}


def _own() -> int | None:
    return actor().organisation_id


def _request(public_id: UUID) -> PaymentRequest:
    return requests.own_request(db(), public_id, _own())


@bp.route("", methods=["GET", "POST"])
@guarded(policy.TILL)
def index() -> Any:
    """The amount of the next customer."""
    tills, form = queries.tills(db(), _own()), forms.SaleForm()
    form.offer(tills)

    def act(session: Any) -> PaymentRequest:
        if not tills:
            raise NoTill
        chosen = next(
            (each for each in tills if "wallet" in form and str(each.public_id) == form.wallet.data), tills[0]
        )
        return request_services.ask(
            session, payee=chosen, lasting=Lasting.QUARTER, actor=actor(), at=now(), at_till=True, **form.values()
        )  # fmt: skip

    return submit(
        form, act, then=lambda made: url_for("shops.sale", public_id=made.public_id),
        page=lambda: render_template(
            "ledger/shops/index.html", form=form, tills=tills,
            live=not tills or any(each.live for each in tills), **COMMON,
        ),
    )  # fmt: skip


@bp.get("/<uuid:public_id>")
@guarded(policy.TILL)
def sale(public_id: UUID) -> str:
    """The code of one sale, and whether it was paid."""
    found = _request(public_id)
    return render_template(
        "ledger/shops/sale.html", found=found, state=request_rules.state(found, now()).value, live=found.payee.live,
        **COMMON,
    )  # fmt: skip


@bp.get("/<uuid:public_id>/state")
@guarded(policy.TILL)
def state(public_id: UUID) -> Response:
    """How it stands, for the script that waits."""
    answer = jsonify(state=request_rules.state(_request(public_id), now()).value)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/<uuid:public_id>/withdraw")
@guarded(policy.TILL)
def withdraw(public_id: UUID) -> Any:
    """The customer changed their mind."""
    return press(
        lambda session: request_services.withdraw(
            session, public_id=public_id, party_id=_own(), actor=actor(), at=now()
        ),
        then=url_for("shops.index"), back=url_for("shops.sale", public_id=public_id),
        said=_("Het verzoek is ingetrokken. Niemand kan het meer betalen."),
    )  # fmt: skip


def _day() -> date:
    """The day in the address, else today."""
    form = forms.DayFilter(request.args)
    return form.on.data if form.validate() and form.on.data else local_date(now())


@bp.get("/day")
@guarded(policy.TILL)
def day() -> str:
    """What came in on a day, for each sort of money by itself."""
    on, tills = _day(), queries.tills(db(), _own())
    ids = [each.id for each in tills]
    page = paged(db(), queries.sales(ids, on), scalar=False)
    return render_template(
        "ledger/shops/day.html", on=on, page=page, tills=tills, found=queries.days(db(), ids, on),
        filter_form=forms.DayFilter(data={"on": on}), live=not tills or any(each.live for each in tills),
        returned=queries.returned(db(), [row[0].id for row in page.rows]), **COMMON,
    )  # fmt: skip


@bp.get("/day.csv")
@guarded(policy.TILL)
def day_file() -> Response:
    """The same as a file."""
    on = _day()
    rows = db().execute(queries.sales([each.id for each in queries.tills(db(), _own())], on)).all()
    returned = queries.returned(db(), [row[0].id for row in rows])
    return csv_file(
        f"till-{on}", ("paid_at", "instrument", "money", "amount", "returned", "note", "at_till_by", "receipt"),
        [
            (
                paid.paid_at, paid.instrument_code, "real" if paid.live else "simulation", Money(paid.amount),
                returned.get(paid.id, Money(0)), paid.note, asked.made_by.name if asked and asked.at_till else "",
                paid.public_id,
            )
            for paid, asked in rows
        ],
    )  # fmt: skip


@bp.route("/back/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.TILL)
def give_back(public_id: UUID) -> Any:
    """Give a payment back, whole or in part."""
    paid, _payer, payee = queries.sale(db(), public_id, _own())
    rest = left(Money(paid.amount), queries.returned(db(), [paid.id]).get(paid.id, Money(0)))
    form, there = (
        forms.BackForm(data={"amount": rest} if request.method == "GET" else None),
        url_for("shops.day"),
    )
    confirmed = Hand(How.NONE, above())
    if request.method == "POST" and form.validate():
        outcome = tried(form.pin.data or "")
        confirmed = Hand(How.PIN if outcome.outcome is Outcome.RIGHT else How.NONE, above(), outcome)
    return submit(
        form,
        lambda session: services.give_back(
            session, public_id=public_id, party_id=_own(), hand=confirmed, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _none: there,
        said=_("Teruggegeven. De klant heeft het meteen."),
        page=lambda: _back_page(form, paid, payee, rest),
    )  # fmt: skip


def _back_page(form: forms.BackForm, paid: Any, payee: Wallet, rest: Money) -> str:
    before = wallets.paid_without(db(), payee.id, now())
    return render_template(
        "ledger/shops/back.html", form=form, paid=paid, rest=rest, live=payee.live, back=url_for("shops.day"),
        asks_pin=needed(rest, before, above()), **COMMON,
    )  # fmt: skip
