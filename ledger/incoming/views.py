"""Pages of received invoices: the inbox, one with what is odd about it, and the acts on it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.kernel.policy import Role
from cwb.web.forms import Form
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, text_of
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import passed, submit
from ledger.agreements.rules import UNITS
from ledger.approval.queries import settings
from ledger.inbound.gateway import MEGA, MOST_BYTES
from ledger.incoming import forms, policy, queries, rules, services
from ledger.incoming.models import IncomingInvoice
from ledger.peppol.gateway import access_point

bp = Blueprint("incoming", __name__, url_prefix="/incoming")


def _own() -> int:
    return actor().organisation_id or 0


def _held(public_id: UUID, action: Any) -> IncomingInvoice:
    sees_all = action is policy.SEE and actor().has(Role.AUDITOR)
    found = queries.incoming(db(), public_id, None if sees_all else _own())
    permit(policy.may(actor(), action, found))
    return found


@bp.get("")
@guarded(policy.SEE)
def index() -> str:
    """What others sent us, and what of the network could not be taken in."""
    form, sender = forms.StateFilter(request.args), request.args.get("sender", type=UUID)
    whose = None if actor().has(Role.AUDITOR) else _own()
    return render_template(
        "ledger/incoming/index.html", filter_form=form, states=rules.STATES, today=local_date(now()),
        page=paged(db(), queries.received(whose, form.wanted(), sender)),
        refused=queries.refused_documents(db(), _own()), flags=rules.FLAGS,
        may_bring=policy.may(actor(), policy.BRING), connected=access_point(db()) is not None,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@takes_files(MOST_BYTES + MEGA)
@guarded(policy.BRING)
def new() -> Any:
    """Bring one in."""
    form, faults = forms.UploadForm(), list[RuleBroken]()

    def act(session: Session) -> IncomingInvoice:
        buyer = organisation_by_id(session, _own())
        content = form.file.data.read()
        return services.receive(session, buyer=buyer, content=content, actor=actor(), at=now(), faults=faults)

    return submit(
        form,
        act,
        then=lambda made: url_for("incoming.show", public_id=made.public_id),
        said=_("De factuur staat bij uw ontvangen facturen. Een ander geeft akkoord."),
        page=lambda: render_template(
            "ledger/incoming/new.html", form=form, faults=[text_of(each) for each in faults],
            most=MOST_BYTES // MEGA,
        ),
    )  # fmt: skip


@bp.get("/<uuid:public_id>")
@guarded(policy.SEE)
def show(public_id: UUID) -> str:
    """One: what it says, what is odd, what happened, and what can be done."""
    held = _held(public_id, policy.SEE)
    waits = held.state in rules.OPEN_TO_DECIDE
    given = queries.approved_by(db(), held) if waits else ()
    decides = policy.may(actor(), policy.DECIDE) and held.buyer_id == _own()
    return render_template(
        "ledger/incoming/show.html", held=held, states=rules.STATES, costs=rules.COSTS, flags=rules.FLAGS, units=UNITS,
        odd=queries.odd(db(), held) if waits else held.flags, waits=waits, decides=decides,
        may_approve=decides and waits and held.brought_by_id != actor().user_id and actor().user_id not in given,
        given=len(given), steps=queries.steps(db(), held.id), payments=queries.payments(db(), held.id),
        today=local_date(now()),
        upfront=queries.upfront(db(), held) if decides and held.open.minor > 0 else None,
    )  # fmt: skip


@bp.get("/<uuid:public_id>.xml")
@guarded(policy.SEE)
def document(public_id: UUID) -> Response:
    """The document as it came."""
    held = _held(public_id, policy.SEE)
    answer = Response(held.document, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="factuur-{held.public_id.hex[:12]}.xml"'
    return answer


@bp.route("/<uuid:public_id>/approve", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def approve(public_id: UUID) -> Any:
    """Compare, and approve."""
    held = _held(public_id, policy.DECIDE)
    if request.method == "GET" and held.brought_by_id == actor().user_id:
        there = url_for("incoming.show", public_id=public_id)
        return passed(there, _("U bracht deze factuur zelf binnen. Een ander geeft akkoord."))
    odd = queries.odd(db(), held)
    form = forms.ApproveForm(asks=not rules.CHECKED.isdisjoint(odd))

    def page() -> str:
        shown = held if request.method == "GET" else queries.incoming(db(), public_id, _own())
        limit = settings(db(), shown.buyer).limit
        needed = rules.approvals_needed(shown.money, limit, odd, is_credit_note=shown.is_credit_note)
        return render_template(
            "ledger/incoming/approve.html", held=shown, form=form, odd=odd, flags=rules.FLAGS, units=UNITS,
            compared=queries.comparison(db(), shown), needed=needed, explain=not rules.EXPLAINED.isdisjoint(odd),
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.approve(session, incoming=held, actor=actor(), at=now(), **form.values()),
        then=lambda _done: url_for("incoming.show", public_id=public_id),
        said=_("Uw akkoord is vastgelegd."),
        page=page,
    )


def _reasoned(public_id: UUID, act: Callable[..., object], title: str, button: str, said: str) -> Any:
    held, form = _held(public_id, policy.DECIDE), forms.ReasonForm()
    return submit(
        form,
        lambda session: act(session, incoming=held, reason=form.reason.data or "", actor=actor(), at=now()),
        then=lambda _done: url_for("incoming.show", public_id=public_id),
        said=said,
        page=lambda: render_template(
            "ledger/incoming/reason.html", held=queries.incoming(db(), public_id, _own()), form=form, title=title,
            button=button,
        ),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/dispute", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def dispute(public_id: UUID) -> Any:
    """Say what is wrong."""
    return _reasoned(
        public_id, services.dispute, _("Maak bezwaar"), _("Leg het bezwaar vast"),
        _("Uw bezwaar is vastgelegd. Bel of mail de leverancier ook zelf."),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/refuse", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def refuse(public_id: UUID) -> Any:
    """Never pay it."""
    return _reasoned(
        public_id, services.refuse, _("Weiger deze factuur"), _("Weiger de factuur"),
        _("De factuur is geweigerd. Zij wordt niet betaald."),
    )  # fmt: skip


def _payment(public_id: UUID, *, back: bool) -> Any:
    held = _held(public_id, policy.DECIDE)
    still = -held.open if back else held.open
    if request.method == "GET" and still.minor <= 0:
        return passed(url_for("incoming.show", public_id=public_id), _("Hier staat niets meer open."))
    form = forms.PaymentForm(data={"amount": still, "paid_on": local_date(now())})
    return _shown(form, public_id, held, back=back)


def _shown(form: Form, public_id: UUID, held: IncomingInvoice, *, back: bool) -> Any:
    return submit(
        form,
        lambda session: services.pay(
            session, incoming=held, back=back, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("incoming.show", public_id=public_id),
        said=_("De terugbetaling is geboekt.") if back else _("De betaling is geboekt."),
        page=lambda: render_template(
            "ledger/incoming/pay.html", held=queries.incoming(db(), public_id, _own()), form=form, back=back
        ),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/payment", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def pay(public_id: UUID) -> Any:
    """Write down that it was paid."""
    return _payment(public_id, back=False)


@bp.route("/<uuid:public_id>/refund", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def refund(public_id: UUID) -> Any:
    """Write down that the sender paid back."""
    return _payment(public_id, back=True)
