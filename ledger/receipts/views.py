"""Pages of receipts: the list, a new one from the phone, one with its photo and steps."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.files.rules import MEGA
from cwb.files.views import download
from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded
from cwb.web.i18n import _, plain_money, short_day
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import passed, press, submit
from ledger.bank.queries import entry as bank_entry
from ledger.bank.rules import EntryState
from ledger.receipts import forms, policy, queries, rules, services
from ledger.receipts.models import Receipt
from ledger.receipts.rules import ReceiptState

bp = Blueprint("receipts", __name__, url_prefix="/receipts")

MOST_MEGA = 12
"""Megabytes of a photo: what a phone of today makes."""


def _own() -> int:
    return actor().organisation_id or 0


def _receipt(public_id: UUID) -> Receipt:
    return queries.receipt(db(), public_id, None if policy.sees_all(actor()) else _own())


@bp.get("")
@guarded(policy.BRING)
def index() -> str:
    """The receipts of one's organisation."""
    return render_template(
        "ledger/receipts/index.html", page=paged(db(), queries.receipts(_own())), states=rules.STATES,
        categories=rules.CATEGORIES,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@takes_files(MOST_MEGA * MEGA)
@guarded(policy.BRING)
def new() -> Any:
    """Bring one."""
    form = forms.ReceiptForm(data={"bought_on": local_date(now())})
    return submit(
        form,
        lambda session: services.bring(session, party_id=_own(), actor=actor(), at=now(), **form.values()),
        then=lambda made: url_for("receipts.show", public_id=made.public_id),
        said=_("De bon is bewaard."),
        page=lambda: render_template(
            "ledger/receipts/new.html", form=form, limit=rules.SECOND_LOOK, mega=MOST_MEGA
        ),
    )


@bp.get("/<uuid:public_id>")
@guarded(policy.SEE)
def show(public_id: UUID) -> str:
    """One receipt."""
    return _page(public_id, forms.ReasonForm())


def _page(public_id: UUID, form: forms.ReasonForm) -> str:
    found = _receipt(public_id)
    keeps = policy.may(actor(), policy.KEEP) and found.party_id == _own()
    paid = queries.is_paid(db(), found)
    booked = found.state is ReceiptState.BOOKED
    mine = found.brought_by_id == actor().user_id
    waits = found.state is ReceiptState.WAITING
    others = queries.second_people(db(), found) if waits else []
    return render_template(
        "ledger/receipts/show.html", receipt=found, withdrawal=form if waits and mine else None,
        others=others, states=rules.STATES, categories=rules.CATEGORIES, paid=paid,
        organisation=organisation_by_id(db(), found.party_id) if waits and not others else None,
        lists=policy.may(actor(), policy.BRING), form=form if keeps and booked and not paid else None,
        entries=queries.entries(db(), found) if keeps and booked and not paid else (),
        may_book=keeps and waits and not mine,
    )  # fmt: skip


@bp.get("/<uuid:public_id>/photo")
@guarded(policy.SEE)
def photo(public_id: UUID) -> Any:
    """Its photo as a file."""
    found = queries.photo(db(), _receipt(public_id))
    return download(found.content, found.kind, f"bon.{found.kind}")


@bp.post("/<uuid:public_id>/book")
@guarded(policy.KEEP)
def book(public_id: UUID) -> Any:
    """Book what another brought."""
    own = _own()
    return press(
        lambda session: services.book_second(
            session, receipt=queries.receipt(session, public_id, own, lock=True), actor=actor(), at=now()
        ),
        then=url_for("receipts.show", public_id=public_id),
        said=_("De bon staat in de boeken."),
    )


@bp.post("/<uuid:public_id>/withdraw")
@guarded(policy.BRING)
def withdraw(public_id: UUID) -> Any:
    """Take away what one brought oneself and what still waits."""
    own, form = _own(), forms.ReasonForm()
    return submit(
        form,
        lambda session: services.withdraw(
            session, receipt=queries.receipt(session, public_id, own, lock=True), reason=form.reason.data or "",
            actor=actor(), at=now(),
        ),
        then=lambda _none: url_for("receipts.index"),
        said=_("De bon is ingetrokken. Er is niets geboekt."),
        page=lambda: _page(public_id, form),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/reverse")
@guarded(policy.KEEP)
def turn_back(public_id: UUID) -> Any:
    """Turn a wrong one back."""
    own, form = _own(), forms.ReasonForm()
    return submit(
        form,
        lambda session: services.turn_back(
            session, receipt=queries.receipt(session, public_id, own, lock=True), reason=form.reason.data or "",
            actor=actor(), at=now(),
        ),
        then=lambda _none: url_for("receipts.show", public_id=public_id),
        said=_("De bon is teruggedraaid. De regel blijft staan."),
        page=lambda: _page(public_id, form),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/paid/<uuid:entry_id>")
@guarded(policy.KEEP)
def paid(public_id: UUID, entry_id: UUID) -> Any:
    """Say which entry on the bank paid it."""
    own = _own()
    return press(
        lambda session: services.paid_by_entry(
            session, receipt=queries.receipt(session, public_id, own, lock=True),
            entry=bank_entry(session, entry_id, own, lock=True), actor=actor(), at=now(),
        ),
        then=url_for("receipts.show", public_id=public_id),
        said=_("De betaling hoort nu bij deze bon."),
    )  # fmt: skip


@bp.route("/together/<uuid:entry_id>", methods=["GET", "POST"])
@guarded(policy.KEEP)
def together(entry_id: UUID) -> Any:
    """Say which receipts one entry on the bank paid together."""
    own = _own()
    entry = bank_entry(db(), entry_id, own)
    place = url_for("bank.entry", public_id=entry_id)
    if entry.state is not EntryState.OPEN:
        return passed(place, _("Over deze boeking is al beslist."))
    rows = [
        (
            str(each.public_id),
            _(
                "%(shop)s, %(day)s, %(name)s: %(total)s", shop=each.supplier, day=short_day(each.bought_on),
                name=each.brought_by.name, total=plain_money(each.total),
            ),
        )
        for each in queries.unpaid(db(), own, up_to=-entry.amount)
    ]  # fmt: skip
    form = forms.TogetherForm(rows=rows, picked=request.args.getlist("pick"))
    return submit(
        form,
        lambda session: services.paid_together(
            session, receipts=queries.chosen(session, own, form.values()),
            entry=bank_entry(session, entry_id, own, lock=True), actor=actor(), at=now(),
        ),
        then=lambda _none: place,
        said=_("De boeking hoort nu bij deze bonnen."),
        page=lambda: render_template("ledger/receipts/together.html", form=form, entry=entry, place=place),
    )  # fmt: skip
