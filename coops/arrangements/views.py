"""Pages of what fits, what was agreed and what was delivered."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from coops.aid.gateway import ceilings
from coops.aid.policy import KEEP
from coops.aid.rules import Reckoning, ceiling_on
from coops.arrangements import forms, policy, queries, services
from coops.arrangements.errors import AgreementNotFound
from coops.arrangements.models import SupportAgreement
from coops.arrangements.rules import STAGES, Side, report
from coops.commitments.forms import STATES
from coops.register.forms import places
from coops.support import policy as support
from coops.support import queries as offers
from coops.support.errors import RequestNotFound
from coops.support.forms import OfferForm
from coops.support.models import SupportOffer, SupportRequest
from coops.support.rules import AMOUNTS, KINDS, MARKET_HINTS, PRICES, UNITS, Kind, reasons
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, press, submit

bp = Blueprint("arrangements", __name__, url_prefix="/support")

NAMES: dict[str, Any] = {
    "kinds": KINDS, "amounts": AMOUNTS, "prices": PRICES, "market_hints": MARKET_HINTS, "units": UNITS,
    "stages": STAGES, "states": STATES,
}  # fmt: skip


COUNTED = {"premises": "months", "training": "places", "credit": "eur"}
"""Kind → the unit of its deliveries in a file; the others count hours."""


def _left(found: list[SupportOffer], first: Any, last: Any) -> dict[int, int]:
    agreed = queries.agreed_on(db(), [each.id for each in found])
    return {
        each.id: max(0, each.amount - queries.taken(each.kind, agreed.get(each.id, []), first, last))
        for each in found
    }


@bp.get("/offers/<uuid:public_id>")
@public
def offer(public_id: UUID) -> str:
    """One offer and what of it is free; who asked for the same can propose."""
    found, who, today = offers.offer(db(), public_id), find_actor(), local_date(now())
    mine: list[SupportRequest] = []
    if who is not None and support.ASK.open_to(who):
        mine = [
            each
            for each in offers.own_requests(db(), who.organisation_id, who.user_id)
            if each.kind == found.kind and each.closed_at is None and policy.side(who, found, each) is Side.RECEIVER
        ]  # fmt: skip
    return render_template(
        "coops/arrangements/offer.html", offer=found, left=_left([found], today, found.ends_on)[found.id],
        is_own=support.gives(who, found), successor=offers.successor(db(), found), requests=mine,
        places=places(), today=today, asks=who is None or support.ASK.open_to(who),
        borrows=who is not None and who.has(Role.BOARD), **NAMES,
    )  # fmt: skip


@bp.route("/offers/<uuid:public_id>/change", methods=["GET", "POST"])
@guarded(support.GIVE)
def change_offer(public_id: UUID) -> Any:
    """Change one's own offer: another takes its place."""
    found, today = offers.offer(db(), public_id), local_date(now())
    permit(support.gives(actor(), found))
    there = url_for("arrangements.offer", public_id=public_id)
    if found.closed_at is not None and request.method == "GET":
        return passed(there, _("Dit aanbod is al gesloten of veranderd."))
    left = _left([found], today, max(today, found.ends_on))[found.id]
    form = OfferForm(kind=Kind(found.kind), before=found.facts, left=left)
    return submit(
        form,
        lambda session: services.change_offer(
            session, offer=found, facts=form.facts(), actor=actor(), at=now()
        ).public_id,
        then=lambda made: url_for("arrangements.offer", public_id=made),
        said=_("Veranderd. Wat al is afgesproken, blijft gelden."),
        page=lambda: render_template(
            "coops/support/offer_form.html", form=form, kind=offers.offer(db(), public_id).kind,
            changed=offers.offer(db(), public_id), **NAMES,
        ),
    )  # fmt: skip


@bp.get("/requests/<uuid:public_id>")
@guarded(support.READ)
def request_page(public_id: UUID) -> str:
    """One request, the offers of its kind, and why each fits or not."""
    found, today = offers.request(db(), public_id), local_date(now())
    if not support.reads(actor(), found):
        raise RequestNotFound
    same = [
        each
        for each in db().scalars(offers.open_offers(today, offers.Sought(kind=found.kind)).limit(100))
        if each.organisation_id != found.organisation_id
    ]
    left = _left(same, found.starts_on, found.ends_on)
    told = [(each, list(reasons(each.facts, left[each.id], found.facts, today))) for each in same]
    told.sort(key=lambda row: (sum(not each.fits for each in row[1]), -row[0].id))
    on_it = [each for each in queries.on_request(db(), found.id) if policy.reads(actor(), each)]
    return render_template(
        "coops/arrangements/request.html", request_=found, told=told, agreements=on_it, places=places(),
        is_own=support.receives(actor(), found), today=today, state_of=queries.state_of,
        may_help=support.GIVE.open_to(actor()) and not support.receives(actor(), found),
        sides={each.id: policy.side(actor(), each, found) for each in same}, **NAMES,
    )  # fmt: skip


@bp.route("/requests/<uuid:public_id>/propose/<uuid:offer_id>", methods=["GET", "POST"])
@guarded(policy.AGREE)
def propose(public_id: UUID, offer_id: UUID) -> Any:
    """Propose an agreement on an offer and a request."""
    asked, given = offers.request(db(), public_id), offers.offer(db(), offer_id)
    permit(policy.side(actor(), given, asked) is not None)
    left = _left([given], asked.starts_on, asked.ends_on)[given.id]
    form = forms.ProposeForm(offer=given, request=asked, left=left)
    return submit(
        form,
        lambda session: services.propose(
            session, offer=given, request=asked, terms=form.terms(), actor=actor(), at=now()
        ).public_id,
        then=lambda made: url_for("arrangements.show", public_id=made),
        said=_("Uw voorstel is bezorgd. De ander krijgt ook mail."),
        page=lambda: render_template(
            "coops/arrangements/propose.html", form=form, request_=offers.request(db(), public_id),
            offer=offers.offer(db(), offer_id), left=left, **NAMES,
        ),
    )  # fmt: skip


@bp.get("/mine")
@guarded(policy.AGREE)
def mine() -> str:
    """What one's own organisation or initiatives offer, ask, give and receive."""
    who, today = actor(), local_date(now())
    party: dict[str, Any] = {"organisation_id": who.organisation_id, "user_id": who.user_id}
    return render_template(
        "coops/arrangements/mine.html", offers=offers.own_offers(db(), who.organisation_id),
        requests=offers.own_requests(db(), who.organisation_id, who.user_id), today=today,
        given=queries.of_party(db(), giving=True, **party), received=queries.of_party(db(), giving=False, **party),
        state_of=queries.state_of, gives=support.GIVE.open_to(who), asks=support.ASK.open_to(who),
        keeps_aid=KEEP.open_to(who), **NAMES,
    )  # fmt: skip


def _read(public_id: UUID) -> SupportAgreement:
    """An agreement that the reader may read; to others it does not exist."""
    found = queries.agreement(db(), public_id)
    if not policy.reads(actor(), found):
        raise AgreementNotFound
    return found


def _reckoned(found: SupportAgreement) -> Reckoning:
    if found.agreed_at is not None and found.aid_before is not None:
        day = local_date(found.agreed_at)
        return Reckoning(found.aid_before, found.aid, ceiling_on(ceilings(), day).amount)
    return services.reckoning(db(), found, ceilings(), local_date(now()))


@bp.get("/agreements/<uuid:public_id>")
@guarded(policy.READ)
def show(public_id: UUID) -> str:
    """One agreement: what, how much, until when, what it is worth, what was delivered."""
    found = _read(public_id)
    side = policy.side_of(actor(), found)
    confirmable = set()
    if side is Side.RECEIVER:
        confirmable = {
            each.id
            for each in found.deliveries
            if each.answered_at is None and services.may_confirm(db(), found, each, actor())
        }
    return render_template(
        "coops/arrangements/show.html", agreement=found, side=side, done=queries.done(found), today=local_date(now()),
        state=queries.state_of(found, local_date(now())).value, aid=_reckoned(found), confirmable=confirmable,
        may_answer=side is not None and side.value != found.proposed_side, **NAMES,
    )  # fmt: skip


def _there(public_id: UUID) -> str:
    return url_for("arrangements.show", public_id=public_id)


@bp.route("/agreements/<uuid:public_id>/agree", methods=["GET", "POST"])
@guarded(policy.AGREE)
def agree(public_id: UUID) -> Any:
    """Say yes to a proposal."""
    found = _read(public_id)
    permit(policy.side_of(actor(), found) is Side(found.proposed_side).other)
    form = forms.AgreeForm()

    def page() -> str:
        shown = _read(public_id)
        return render_template(
            "coops/arrangements/agree.html", form=form, agreement=shown, aid=_reckoned(shown), **NAMES
        )

    return submit(
        form,
        lambda session: services.agree(
            session, agreement=found, ceilings=ceilings(), understood=bool(form.understood.data), actor=actor(),
            at=now(),
        ),
        then=lambda _done: _there(public_id),
        said=_("Afgesproken. Iedereen telt nu op deze belofte."),
        page=page,
    )  # fmt: skip


@bp.route("/agreements/<uuid:public_id>/close", methods=["GET", "POST"])
@guarded(policy.AGREE)
def close(public_id: UUID) -> Any:
    """Say no, take a proposal back, or end an agreement."""
    found = _read(public_id)
    permit(policy.side_of(actor(), found) is not None)
    form = forms.ReasonForm()
    return submit(
        form,
        lambda session: services.close(
            session, agreement=found, reason=form.reason.data or "", actor=actor(), at=now()
        ),
        then=lambda _done: _there(public_id),
        said=_("Gesloten. De ander krijgt bericht met uw reden."),
        page=lambda: render_template(
            "coops/arrangements/close.html", form=form, agreement=_read(public_id), **NAMES
        ),
    )


@bp.route("/agreements/<uuid:public_id>/deliver", methods=["GET", "POST"])
@guarded(policy.GIVE)
def deliver(public_id: UUID) -> Any:
    """Write down what was delivered."""
    found = _read(public_id)
    permit(policy.side_of(actor(), found) is Side.GIVER)
    form = forms.DeliverForm(data={"delivered_on": local_date(now())})
    day: Any = form.delivered_on
    return submit(
        form,
        lambda session: services.deliver(
            session, agreement=found, amount=int(form.amount.data or 0), delivered_on=day.data,
            text=form.text.data or "", actor=actor(), at=now(),
        ),
        then=lambda _done: _there(public_id),
        said=_("Opgeschreven. Het telt zodra de ontvanger het bevestigt."),
        page=lambda: render_template(
            "coops/arrangements/deliver.html", form=form, agreement=_read(public_id), line=None, **NAMES
        ),
    )  # fmt: skip


@bp.route("/agreements/<uuid:public_id>/deliveries/<uuid:delivery_id>/correct", methods=["GET", "POST"])
@guarded(policy.GIVE)
def correct(public_id: UUID, delivery_id: UUID) -> Any:
    """Say what a delivery really was."""
    found = _read(public_id)
    permit(policy.side_of(actor(), found) is Side.GIVER)
    queries.delivery(found, delivery_id)
    form = forms.CorrectForm()

    def page() -> str:
        shown = _read(public_id)
        return render_template(
            "coops/arrangements/deliver.html", form=form, agreement=shown,
            line=queries.delivery(shown, delivery_id), **NAMES,
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.correct(
            session, agreement=found, public_id=delivery_id, right=int(form.amount.data or 0),
            text=form.text.data or "", actor=actor(), at=now(),
        ),
        then=lambda _done: _there(public_id),
        said=_("De verbetering staat erbij. De ontvanger bevestigt ook deze."),
        page=page,
    )  # fmt: skip


@bp.post("/agreements/<uuid:public_id>/deliveries/<uuid:delivery_id>/confirm")
@guarded(policy.CONFIRM)
def confirm(public_id: UUID, delivery_id: UUID) -> Any:
    """Confirm a delivery."""
    found = _read(public_id)
    return press(
        lambda session: services.answer_delivery(
            session,
            agreement=found,
            public_id=delivery_id,
            confirmed=True,
            reason="",
            actor=actor(),
            at=now(),
        ),
        then=_there(public_id), said=_("Bevestigd. De levering telt nu mee."),
    )  # fmt: skip


@bp.route("/agreements/<uuid:public_id>/deliveries/<uuid:delivery_id>/deny", methods=["GET", "POST"])
@guarded(policy.CONFIRM)
def deny(public_id: UUID, delivery_id: UUID) -> Any:
    """Say why a delivery is not so."""
    found = _read(public_id)
    queries.delivery(found, delivery_id)
    form = forms.ReasonForm()
    return submit(
        form,
        lambda session: services.answer_delivery(
            session, agreement=found, public_id=delivery_id, confirmed=False, reason=form.reason.data or "",
            actor=actor(), at=now(),
        ),
        then=lambda _done: _there(public_id),
        said=_("De gever krijgt bericht met uw reden. De levering telt niet."),
        page=lambda: render_template(
            "coops/arrangements/deny.html", form=form, agreement=_read(public_id),
            line=queries.delivery(_read(public_id), delivery_id), **NAMES,
        ),
    )  # fmt: skip


@bp.get("/report")
@public
def report_page() -> str:
    """What was delivered, per kind and partner, and which promises were kept."""
    lines = report(queries.told(db(), local_date(now())))
    return render_template("coops/arrangements/report.html", lines=lines, **NAMES)


@bp.get("/report.csv")
@public
def report_file() -> Response:
    """The same as a file."""
    head = ("kind", "partner", "unit", "delivered", "value_eur", "promises", "kept", "broken")
    rows = (
        (
            each.kind, each.partner, COUNTED.get(each.kind, "hours"),
            each.delivered, None if each.value is None else Money(each.value), each.promises, each.kept, each.broken,
        )
        for each in report(queries.told(db(), local_date(now())))
    )  # fmt: skip
    return csv_file("support-report", head, rows)
