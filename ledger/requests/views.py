"""Pages of asking and paying by a QR code (`/payment`). The code is a link that the telephone's own camera opens."""

import io
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, Response, current_app, render_template, request, url_for

from cwb.identity.queries import user as user_by_id
from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import MAX_MINOR, Money
from cwb.web.guards import guarded
from cwb.web.i18n import _, text_of
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, see_other, submit
from ledger.instruments.rules import INSTRUMENTS, Code
from ledger.pins import queries as pins
from ledger.pins.forms import ConfirmForm
from ledger.pins.rules import Hand, How, needed
from ledger.pins.views import above, hand
from ledger.requests import forms, policy, queries, rules, services
from ledger.requests.models import PaymentRequest
from ledger.requests.rules import State
from ledger.wallets import queries as wallets
from ledger.wallets import rules as wallet_rules
from ledger.wallets.errors import AmountMissing, WalletUnknown
from ledger.wallets.models import Wallet
from ledger.wallets.policy import holds_for
from ledger.wallets.views import hides

bp = Blueprint("requests", __name__, url_prefix="/payment")

COMMON: dict[str, Any] = {"instruments": INSTRUMENTS, "shown": wallet_rules.shown, "money_of": Money}


def party_id() -> int | None:
    """Whose wallet the actor uses; None for a person who has none yet."""
    return holds_for(actor()) or user_by_id(db(), actor().user_id).person_id


def drawn(address: str) -> Response:
    """A QR code of an address of this site, as a picture."""
    picture = io.BytesIO()
    link = current_app.extensions["cwb.config"].base_url + address
    segno.make_qr(link, error="m").save(picture, kind="svg", scale=8, border=4, dark="black", light="white")
    return Response(picture.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


def called(wallet: Wallet) -> str:
    """Who holds a wallet, as a stranger reads it: an organisation's name, or a resident's code."""
    return queries.firm_name(wallet.party) or _(
        "een bewoner met code %(code)s", code=wallet_rules.shown(wallet.code)
    )


def _confirm(form: ConfirmForm, purpose: str) -> Hand | None:
    """How the actor confirmed; None while the form was not sent, or a passkey did not fit."""
    if request.method != "POST" or not form.validate():
        return None
    try:
        return hand(form, purpose)
    except RuleBroken as fault:
        form.answer.data = ""
        form.form_errors.append(text_of(fault))
        return None


def _sheet(form: ConfirmForm, payee: Wallet, amount: Money, note: str, purpose: str, **more: Any) -> str:
    """The page that says who, how much and from which wallet, before anything is paid."""
    own = queries.payer_for(db(), payee, party_id())
    ask = own is not None and needed(amount, wallets.paid_without(db(), own.id, now()), above())
    form.answer.data, form.answer.raw_data = "", None
    return render_template(
        "ledger/requests/confirm.html", form=form, hidden=hides(), payee=payee, who=called(payee), amount=amount,
        note=note, own=own,
        closed=INSTRUMENTS[Code(payee.instrument_code)].resident is None and holds_for(actor()) is None,
        mine=own is not None and own.id == payee.id, asks_pin=ask, purpose=purpose, live=payee.live, **COMMON,
        enough=own is not None and _free(own) >= amount, free=_free(own) if own else None,
        has_pin=pins.find_pin(db(), actor().user_id) is not None if ask else True, **more,
    )  # fmt: skip


def _free(own: Wallet) -> Money:
    return Money(own.account.posted - own.account.pending_out - (own.account.floor or 0))


@bp.route("/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.PAY)
def pay(public_id: UUID) -> Any:
    """What a scanned request asks; pay it."""
    found = queries.request(db(), public_id)
    if found.payment and request.method == "GET" and _had_part(found):
        return see_other(url_for("requests.receipt", public_id=found.payment.public_id))
    form, purpose = ConfirmForm(), f"pay:{public_id}"
    confirmed = _confirm(form, purpose)
    if request.method == "POST" and form.form_errors:
        return _pay_page(form, public_id, purpose), 422

    def act(session: Any) -> Any:
        return services.pay_request(
            session, public_id=public_id, party_id=party_id(), hand=confirmed or Hand(How.NONE, above()),
            actor=actor(), at=now(),
        )  # fmt: skip

    return submit(
        form, act, then=lambda paid: url_for("requests.receipt", public_id=paid.public_id),
        page=lambda: _pay_page(form, public_id, purpose),
    )  # fmt: skip


def _had_part(found: PaymentRequest) -> bool:
    """Whether the reader paid it or asked it."""
    own = queries.payer_for(db(), found.payee, party_id())
    return (
        own is not None and found.payment is not None and own.id in {found.payment.payer_id, found.payee_id}
    )


def _pay_page(form: ConfirmForm, public_id: UUID, purpose: str) -> str:
    found = queries.request(db(), public_id)
    state = rules.state(found, now())
    if state is State.WAITS:
        return _sheet(form, found.payee, found.asked, found.note, purpose, until=found.expires_at)
    return render_template("ledger/requests/over.html", state=state.value, who=called(found.payee), form=form)


@bp.route("/to/<code>", methods=["GET", "POST"])
@guarded(policy.PAY)
def pay_code(code: str) -> Any:
    """A code that hangs in a shop: type the amount, look, confirm."""
    payee = queries.by_code(db(), wallet_rules.read_code(code))
    amount, note = _asked(request.args.get("amount", "")), request.args.get("note", "")[: wallet_rules.NOTE]
    if amount is None:
        return _type_amount(payee)
    price = _asked(request.args.get("price", ""))
    confirm, purpose = ConfirmForm(), f"pay:{payee.code}:{amount.minor}"
    confirmed = _confirm(confirm, purpose)
    if request.method == "POST" and confirm.form_errors:
        return _sheet(confirm, payee, amount, note, purpose), 422
    return submit(
        confirm,
        lambda session: services.pay_code(
            session,
            code=payee.code,
            party_id=party_id(),
            amount=amount,
            note=note,
            token=confirm.once_token(),
            hand=confirmed or Hand(How.NONE, above()),
            actor=actor(),
            at=now(),
            price=price,
        ),
        then=lambda paid: url_for("requests.receipt", public_id=paid.public_id),
        page=lambda: _sheet(confirm, payee, amount, note, purpose),
    )


def _type_amount(payee: Wallet) -> Any:
    """The payer types how much; then it stands in the address, and is looked at before it is paid."""
    form = forms.AmountForm()
    if request.method == "POST" and form.validate():
        amount, price, note = form.values()
        try:
            wallet_rules.check_amount(amount)
            return see_other(
                url_for(
                    "requests.pay_code",
                    code=payee.code,
                    amount=amount.plain(),
                    note=note or None,
                    price=price.plain() if price else None,
                )
            )
        except AmountMissing as fault:
            form.show(fault)
    page = render_template(
        "ledger/requests/amount.html", form=form, who=called(payee), payee=payee, live=payee.live, **COMMON
    )
    return (page, 422) if request.method == "POST" else page


def _asked(text: str) -> Money | None:
    """An amount in an address; None where there is none that can be paid."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 < amount <= Decimal(MAX_MINOR) / 100 or amount != round(amount, 2):
        return None
    return Money.of(amount)


@bp.get("/receipt/<uuid:public_id>")
@guarded(policy.PAY)
def receipt(public_id: UUID) -> str:
    """What was paid, large: the shop looks along."""
    found = queries.receipt(db(), public_id, party_id())
    return render_template("ledger/requests/receipt.html", found=found, live=found.payment.live, **COMMON)


@bp.route("/ask/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.ASK)
def ask(public_id: UUID) -> Any:
    """Ask an amount for one's wallet."""
    own, form = wallets.wallet(db(), public_id, party_id()), forms.AskForm()
    return submit(
        form,
        lambda session: services.ask(session, payee=own, actor=actor(), at=now(), **form.values()),
        then=lambda made: url_for("requests.show", public_id=made.public_id),
        page=lambda: render_template(
            "ledger/requests/ask.html",
            form=form,
            back=url_for("wallets.show", public_id=public_id),
            live=own.live,
        ),
    )


@bp.get("/asked/<uuid:public_id>")
@guarded(policy.ASK)
def show(public_id: UUID) -> str:
    """One's own request with its code."""
    found = queries.own_request(db(), public_id, party_id())
    return render_template(
        "ledger/requests/show.html", found=found, state=rules.state(found, now()).value, live=found.payee.live,
        link=current_app.extensions["cwb.config"].base_url + url_for("requests.pay", public_id=public_id), **COMMON,
    )  # fmt: skip


@bp.get("/<uuid:public_id>/qr.svg")
@guarded(policy.PAY)
def qr(public_id: UUID) -> Response:
    """The code of a request, for who asks."""
    queries.request(db(), public_id)
    return drawn(url_for("requests.pay", public_id=public_id))


@bp.get("/to/<code>/qr.svg")
@guarded(policy.PAY)
def code_qr(code: str) -> Response:
    """The code of a wallet."""
    return drawn(url_for("requests.pay_code", code=wallet_rules.read_code(code)))


@bp.post("/asked/<uuid:public_id>/withdraw")
@guarded(policy.ASK)
def withdraw(public_id: UUID) -> Any:
    """Take one's request back."""
    return press(
        lambda session: services.withdraw(
            session, public_id=public_id, party_id=party_id(), actor=actor(), at=now()
        ),
        then=url_for("requests.show", public_id=public_id),
        said=_("Het verzoek is ingetrokken. Niemand kan het meer betalen."),
    )


@bp.get("/requests/<uuid:public_id>")
@guarded(policy.ASK)
def index(public_id: UUID) -> str:
    """What one's wallet asked."""
    own = wallets.wallet(db(), public_id, party_id())
    page = paged(db(), queries.requests(own.id))
    return render_template(
        "ledger/requests/index.html", wallet=own, page=page, live=own.live, names=rules.STATE_NAMES,
        states={each.id: rules.state(each, now()) for each in page.rows}, **COMMON,
    )  # fmt: skip


@bp.get("/requests/<uuid:public_id>.csv")
@guarded(policy.ASK)
def index_file(public_id: UUID) -> Response:
    """The same as a file."""
    own = wallets.wallet(db(), public_id, party_id())
    return csv_file(
        "requests", ("made_at", "amount", "note", "state", "expires_at", "paid_at"),
        [
            (each.made_at, each.asked, each.note, rules.state(each, now()).value, each.expires_at, each.paid_at)
            for each in db().scalars(queries.requests(own.id))
        ],
    )  # fmt: skip


@bp.get("/poster/<uuid:public_id>")
@guarded(policy.ASK)
def poster(public_id: UUID) -> Any:
    """One's own code, large, to show or to hang up."""
    own = wallets.wallet(db(), public_id, party_id())
    try:
        payee = queries.by_code(db(), own.code)
    except WalletUnknown:
        return passed(url_for("wallets.index"), _("De simulatie is voorbij. Hier kunt u nog terugkijken."))
    return render_template(
        "ledger/requests/poster.html", wallet=own, who=queries.firm_name(payee.party), live=own.live, **COMMON
    )
