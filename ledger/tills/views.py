"""Pages of online payments: the payer's own, the board's list, and the checkout for practice."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, render_template, request, url_for

from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, see_other, submit
from ledger.checkout import queries, services
from ledger.checkout.errors import CallRefused, OrderNotFound, ProviderBusy
from ledger.checkout.gateway import Provider, provider
from ledger.checkout.models import PaymentOrder
from ledger.checkout.rules import FINAL, HELD, OrderState, Reason
from ledger.tills import forms, policy, rules
from ledger.tills import queries as own
from ledger.tills.services import ask_back, solve_issue
from ledger.webhooks.queries import latest_check
from ledger.webhooks.services import keep_event

bp = Blueprint("tills", __name__)

AGAIN = frozenset({OrderState.FAILED, OrderState.EXPIRED, OrderState.LOST})
"""States after which the payer may begin anew."""

START = {"voucher_topped_up": "wallets.index"}
"""Kind of an order → where one begins anew; others begin at what a member owes."""


def _door() -> Provider:
    return provider(current_app.extensions["cwb.config"])


def _order(public_id: UUID, action: Any = policy.OWN) -> PaymentOrder:
    found = queries.order(db(), public_id)
    permit(policy.may(actor(), action, found))
    return found


def _rest(order: PaymentOrder) -> Money:
    if order.state not in HELD:
        return Money(0)
    return Money(order.amount - order.refunded - queries.on_its_way(db(), order.id))


def _may_ask(order: PaymentOrder) -> bool:
    return rules.may_ask(order.state, order.kind, _rest(order), order.paid_at, now(), debit=order.debit)


@bp.get("/online-payments")
@guarded(policy.KEEP)
def index() -> str:
    """What needs a person, what lies at the provider, and the latest payments."""
    home = actor().organisation_id
    issues = queries.issues(db(), home)
    return render_template(
        "ledger/tills/index.html",
        till=queries.find_till(db(), home),
        practice=_door().practice,
        issues=issues,
        answer_by={
            each.id: date.fromisoformat(each.facts["answer_by"])
            for each in issues
            if each.reason is Reason.DISPUTE_OPENED and each.facts.get("answer_by")
        },
        what=forms.WHAT,
        why=forms.WHY,
        check=latest_check(db(), home),
        orders=queries.orders(db(), home),
        states=forms.STATES,
        here=queries.at_provider(db(), home),
        underway=queries.on_the_way_home(db(), home),
        at=now(),
    )


@bp.get("/online-payments/mine")
@guarded(policy.OWN)
def mine() -> str:
    """What one paid online oneself, to whom, and where it stands."""
    page = paged(db(), own.paid_by(actor().user_id), scalar=False)
    return render_template(
        "ledger/tills/mine.html", page=page, states=forms.STATES, practice=_door().practice
    )


@bp.get("/online-payments/mine.csv")
@guarded(policy.OWN)
def my_file() -> Response:
    """The same as a file."""
    return csv_file(
        "online-payments", ("asked_at", "paid_at", "to", "for", "amount", "refunded", "state"),
        [
            (
                each.created_at, each.paid_at, to, each.description, each.money, Money(each.refunded),
                each.state.value,
            )
            for each, to in db().execute(own.paid_by(actor().user_id))
        ],
    )  # fmt: skip


@bp.get("/online-payments/<uuid:public_id>")
@guarded(policy.OWN)
def show(public_id: UUID) -> str:
    """One payment: where it stands, and what to do."""
    order = _order(public_id)
    is_board = policy.may(actor(), policy.KEEP, order)
    return render_template(
        "ledger/tills/show.html",
        order=order,
        state=forms.STATES[order.state.value],
        practice=_door().practice,
        is_board=is_board,
        is_payer=order.payer_id == actor().user_id,
        rest=_rest(order),
        returnable=order.method not in FINAL,
        parts=queries.parts(db(), order.id) if is_board else (),
        part_names=forms.PARTS,
        again=order.payer_id == actor().user_id and order.state in AGAIN,
        start=START.get(order.kind, "capital.own"),
        asked=own.asked_back(db(), order.id),
        may_ask=order.payer_id == actor().user_id and _may_ask(order),
        answer_by=own.answer_by(db(), order.id) if is_board and order.state is OrderState.DISPUTED else None,
        going=any(
            call.done_at is None and call.parked_at is None for call in queries.calls_of(db(), order.id)
        ),
    )


@bp.get("/online-payments/<uuid:public_id>/back")
@guarded(policy.OWN)
def back(public_id: UUID) -> Any:
    """On the way to the provider and back from it: what waits is asked, how it stands is looked at, once for all."""
    order = _order(public_id)
    _work_on(order)
    if order.state in {OrderState.CREATED, OrderState.PROCESSING} and order.session is None:
        flash(_("De betaaldienst antwoordt nu niet. Wij proberen het vanzelf opnieuw."), "info")
    return see_other(url_for("tills.show", public_id=public_id))


def _work_on(order: PaymentOrder) -> None:
    door = _door()
    for call in queries.calls_of(db(), order.id):
        if call.done_at is None and call.parked_at is None:
            with atomic(db()) as session:
                services.make_call(session, call_id=call.id, provider=door, at=now())
    try:
        with atomic(db()) as session:
            services.settle(session, order_id=order.id, provider=door, at=now())
    except (ProviderBusy, CallRefused):
        flash(_("De betaaldienst antwoordt nu niet. Wij proberen het vanzelf opnieuw."), "info")


@bp.route("/online-payments/<uuid:public_id>/ask-back", methods=["GET", "POST"])
@guarded(policy.OWN)
def ask(public_id: UUID) -> Any:
    """Ask an own payment back; the board decides."""
    order, form = _order(public_id), forms.AskForm()
    there = url_for("tills.show", public_id=public_id)
    if request.method == "GET" and (own.asked_back(db(), order.id) or not _may_ask(order)):
        return passed(there, _("Deze betaling kunt u hier niet (nog eens) terugvragen."))
    return submit(
        form,
        lambda session: ask_back(session, order=order, why=form.why.data, actor=actor(), at=now()),
        then=lambda _none: there,
        said=_("Gevraagd. Het bestuur kijkt ernaar. Het antwoord leest u hier."),
        page=lambda: render_template(
            "ledger/tills/ask.html",
            form=form,
            order=queries.order(db(), public_id),
            rest=_rest(order),
            back=there,
        ),
    )


@bp.post("/online-payments/<uuid:public_id>/check")
@guarded(policy.KEEP)
def check(public_id: UUID) -> Any:
    """Look at the provider how a payment stands."""
    order = _order(public_id, policy.KEEP)
    return press(
        lambda session: services.settle(session, order_id=order.id, provider=_door(), at=now()),
        then=url_for("tills.show", public_id=public_id),
        said=_("Opnieuw gekeken bij Stripe."),
    )


@bp.route("/online-payments/<uuid:public_id>/refund", methods=["GET", "POST"])
@guarded(policy.KEEP)
def refund(public_id: UUID) -> Any:
    """Give (a part of) a payment back."""
    order = _order(public_id, policy.KEEP)
    form = forms.RefundForm(rest=_rest(order))
    return submit(
        form,
        lambda session: services.refund_order(
            session, order=order, amount=form.amount.data or Money(0), actor=actor(), at=now()
        ),
        then=lambda _call: url_for("tills.back", public_id=public_id),
        said=_("Gevraagd bij Stripe. Het geld gaat terug zoals het kwam."),
        page=lambda: render_template(
            "ledger/tills/refund.html", form=form, order=queries.order(db(), public_id), rest=_rest(order)
        ),
    )


@bp.route("/online-payments/issues/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.KEEP)
def solve(public_id: UUID) -> Any:
    """Take a point off the work list."""
    home = actor().organisation_id
    form = forms.SolveForm()
    return submit(
        form,
        lambda session: solve_issue(
            session,
            issue=queries.issue(session, public_id, home),
            note=form.note.data,
            actor=actor(),
            at=now(),
        ),
        then=lambda _done: url_for("tills.index"),
        said=_("Afgehandeld."),
        page=lambda: render_template(
            "ledger/tills/solve.html", form=form, issue=queries.issue(db(), public_id, home), what=forms.WHAT
        ),
    )


@bp.route("/online-payments/practice/<checkout>", methods=["GET", "POST"])
@guarded(policy.OWN)
def practice(checkout: str) -> Any:
    """The checkout of our own twin: somebody pays with practice money, and we are told as Stripe would tell us.

    Raises:
        OrderNotFound: there is a real provider, or no such checkout.
    """
    door = _door()
    twin = door.twin
    found = twin.session(checkout) if twin else None
    if twin is None or found is None:
        raise OrderNotFound
    order = _order(UUID(found.get("client_reference_id") or found["metadata"]["order"]))
    acts = forms.practice_acts(found)
    form = forms.PracticeForm(acts=acts)
    doing: dict[str, Callable[[str], dict[str, Any]]] = {
        "now": twin.pay,
        "later": lambda one: twin.pay(one, later=True),
        "expire": twin.expire,
        "confirm": twin.confirm,
        "fail": lambda one: twin.confirm(one, succeeds=False),
        "dispute": twin.dispute,
        "debited": twin.end_debit,
        "poor": lambda one: twin.end_debit(one, "insufficient_funds"),
        "unknown": lambda one: twin.dispute(one, "debit_not_authorized"),
    }

    def tell(session: Any) -> None:
        raw, header = twin.sign(doing[form.how.data](checkout))
        keep_event(session, door.parse_event(raw, header, now()), now())

    return submit(
        form,
        tell,
        then=lambda _done: url_for("tills.back", public_id=order.public_id),
        page=lambda: render_template(
            "ledger/tills/practice.html", form=form, order=queries.order(db(), order.public_id), acts=acts
        ),
    )
