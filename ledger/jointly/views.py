"""Pages on which partners of a joint contract let one send for all."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Action
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from ledger.agreements import queries as agreements
from ledger.agreements.models import Agreement
from ledger.agreements.rules import suggested_period
from ledger.invoicing import queries as invoicing
from ledger.jointly import forms, policy, queries, rules, services

bp = Blueprint("jointly", __name__, url_prefix="/agreements")


def _own() -> int:
    return actor().organisation_id or 0


def _today() -> date:
    return local_date(now())


def _agreement(public_id: UUID, action: Action) -> Agreement:
    found = agreements.agreement(db(), public_id)
    permit(policy.may(actor(), action, found))
    return found


def _back(public_id: UUID) -> str:
    return url_for("jointly.show", public_id=public_id)


@bp.get("/<uuid:public_id>/together")
@guarded(policy.SEE)
def show(public_id: UUID) -> str:
    """What can be sent together, who agreed, and what was sent."""
    found = _agreement(public_id, policy.SEE)
    queries.part(found, 1)
    given = queries.mandates(db(), found.id)
    parts = queries.parts(found)
    return render_template(
        "ledger/jointly/show.html", agreement=found, own=_own(), parts=parts, free=queries.free(db(), found, parts),
        given=given, running=queries.running(given), splits=queries.splits(db(), found.id),
        may_give=policy.may(actor(), policy.MANDATE, found) and found.takes_invoices,
    )  # fmt: skip


@bp.get("/<uuid:public_id>/together.csv")
@guarded(policy.SEE)
def listing(public_id: UUID) -> Any:
    """What was sent together, a line per invoice, as a file."""
    found = _agreement(public_id, policy.SEE)
    head = ("act", "description", "sent_at", "seller", "number", "net", "vat", "total")
    return csv_file(
        "invoices-together", head,
        (
            (
                each.number, each.description, each.sent_at, one.party.name, one.invoice.number, one.invoice.net,
                one.invoice.vat, one.invoice.total,
            )
            for each in queries.splits(db(), found.id)
            for one in each.shares
        ),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/together/mandate", methods=["GET", "POST"])
@guarded(policy.MANDATE)
def mandate(public_id: UUID) -> Any:
    """Let a partner send for one's own organisation."""
    found = _agreement(public_id, policy.MANDATE)
    queries.part(found, 1)
    partners = [(each.party_id, each.party.name) for each in found.suppliers if each.party_id != _own()]
    offered = _(rules.MANDATE, agent=partners[0][1], reference=found.reference)
    form = forms.MandateForm(partners, data={"words": offered, "agent": partners[0][0]})
    return submit(
        form,
        lambda session: services.give_mandate(
            session, agreement=found, party_id=_own(), agent_id=form.agent.data, words=form.words.data, actor=actor(),
            at=now(),
        ),
        then=lambda _made: _back(public_id),
        said=_("Opgeslagen. U trekt dit in wanneer u wilt."),
        page=lambda: render_template(
            "ledger/jointly/mandate.html", agreement=agreements.agreement(db(), public_id), form=form
        ),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/together/mandate/<uuid:mandate_id>/end")
@guarded(policy.MANDATE)
def end(public_id: UUID, mandate_id: UUID) -> Any:
    """Take it back."""
    found = _agreement(public_id, policy.MANDATE)
    return press(
        lambda session: services.end_mandate(
            session, agreement=found, public_id=mandate_id, party_id=_own(), actor=actor(), at=now()
        ),
        then=_back(public_id), said=_("Ingetrokken. Wat al is verstuurd, blijft staan."),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/together/<int:place>", methods=["GET", "POST"])
@guarded(policy.SEND)
def send(public_id: UUID, place: int) -> Any:
    """Look at each partner's part, and send all."""
    found = _agreement(public_id, policy.SEND)
    queries.part(found, place)
    latest = invoicing.last_invoice(db(), found.id, _own())
    first, last = suggested_period(
        _today(), found.starts_on, found.ends_on, latest.delivered_until if latest else None
    )
    form = forms.TogetherForm(
        data={
            "delivered_from": first, "delivered_until": last,
            "order_reference": latest.order_reference if latest else "",
            "buyer_reference": latest.buyer_reference if latest else "",
        }
    )  # fmt: skip
    return submit(
        form,
        lambda session: services.send_together(
            session, agreement=found, place=place, agent_id=_own(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _split: _back(public_id),
        said=_("Alle facturen zijn verstuurd. Iedere leverancier krijgt bericht."),
        page=lambda: _send_page(public_id, place, form),
    )


def _send_page(public_id: UUID, place: int, form: forms.TogetherForm) -> str:
    found = agreements.agreement(db(), public_id)
    chosen = queries.part(found, place)
    given = queries.running(queries.mandates(db(), found.id))
    shares = queries.shares(db(), found, chosen, _own(), _today(), given)
    missing = [each for each in shares if each.mandate is None and each.party.id != _own()]
    return render_template(
        "ledger/jointly/send.html", agreement=found, chosen=chosen, shares=shares, own=organisation_by_id(db(), _own()),
        missing=missing, form=form, free=queries.is_free(db(), found, chosen),
        net=sum(each.sums.net.minor for each in shares), tax=sum(each.sums.vat.minor for each in shares),
        total=sum(each.sums.total.minor for each in shares),
    )  # fmt: skip
