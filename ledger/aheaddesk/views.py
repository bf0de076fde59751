"""Pages of money ahead: what stands ahead, what it may pay, and what goes back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.ageing.queries import names
from ledger.ahead import queries, rules, services
from ledger.ahead.rules import Balance
from ledger.aheaddesk import forms
from ledger.aheaddesk import services as desk
from ledger.bank import queries as bank
from ledger.bank.rules import EntryState
from ledger.bankdesk.policy import USE

bp = Blueprint("ahead", __name__, url_prefix="/bank")


def _own() -> int:
    return actor().organisation_id or 0


def _other(one: Balance) -> int:
    return one.between.owner_id if one.between.holder_id == _own() else one.between.holder_id


def _both() -> tuple[list[Balance], list[Balance]]:
    return queries.balances(db(), _own(), holds=True), queries.balances(db(), _own(), holds=False)


@bp.get("/ahead")
@guarded(USE)
def index() -> str:
    """What this organisation holds of others, what others hold of it, and what goes back."""
    ours, theirs = _both()
    return render_template(
        "ledger/aheaddesk/index.html", ours=ours, theirs=theirs, other=_other, today=local_date(now()),
        names=names(db(), {_other(each) for each in (*ours, *theirs)}), states=rules.STATES,
        page=paged(db(), queries.paybacks(_own())),
    )  # fmt: skip


@bp.get("/ahead.csv")
@guarded(USE)
def file() -> Any:
    """The same as a file."""
    ours, theirs = _both()
    who, today = names(db(), {_other(each) for each in (*ours, *theirs)}), local_date(now())
    head = ("side", "party", "on", "days", "invoice", "amount", "left", "promised", "free")
    rows = [
        (
            side, who[_other(each)].name, each.on, (today - each.on).days, each.number, Money(each.amount),
            Money(each.left), Money(each.promised), Money(each.free),
        )
        for side, group in (("held", ours), ("owned", theirs))
        for each in group
    ]  # fmt: skip
    return csv_file(f"tegoeden-{today}", head, rows)


def _page(booking_id: int, form: forms.PaybackForm | None = None) -> str:
    found = queries.balance(db(), booking_id, _own())
    holds = found.between.holder_id == _own()
    shown = form or (
        forms.PaybackForm(known=found.iban, data={"amount": Money(found.free)})
        if holds and found.free
        else None
    )
    return render_template(
        "ledger/aheaddesk/show.html", found=found, holds=holds, form=shown, states=rules.STATES, me=actor(),
        other=names(db(), [_other(found)])[_other(found)], uses=queries.uses(db(), booking_id),
        proposals=queries.proposals(db(), found.between) if found.free else (),
        paybacks=queries.paybacks_of(db(), found),
    )  # fmt: skip


@bp.get("/ahead/<int:booking_id>")
@guarded(USE)
def show(booking_id: int) -> str:
    """One of them: what it was, which invoices it may pay, and what became of it."""
    return _page(booking_id)


@bp.post("/ahead/<int:booking_id>/set-off/<uuid:invoice_id>")
@guarded(USE)
def set_off(booking_id: int, invoice_id: UUID) -> Any:
    """Pay an invoice from it."""
    return press(
        lambda session: desk.set_off(
            session, booking_id=booking_id, invoice=invoice_id, party_id=_own(), actor=actor(), at=now()
        ),
        then=url_for("ahead.show", booking_id=booking_id),
        said=_("Het tegoed is verrekend met de factuur. Er ging geen geld over de bank."),
    )


@bp.route("/ahead/<int:booking_id>/payback", methods=["GET", "POST"])
@guarded(USE)
def payback(booking_id: int) -> Any:
    """Ask that it goes back."""
    found = queries.balance(db(), booking_id, _own())
    form = forms.PaybackForm(known=found.iban, data={"amount": Money(found.free)})
    return submit(
        form,
        lambda session: services.ask_payback(
            session, booking_id=booking_id, party_id=_own(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("ahead.show", booking_id=booking_id),
        said=_("De terugbetaling staat klaar."),
        page=lambda: _page(booking_id, form),
    )


@bp.post("/ahead/paybacks/<uuid:public_id>/agree")
@guarded(USE)
def agree(public_id: UUID) -> Any:
    """A second person agrees."""
    held = queries.payback(db(), public_id, _own())
    return press(
        lambda session: services.agree_payback(
            session, payback=queries.payback(session, public_id, _own(), lock=True), actor=actor(), at=now()
        ),
        then=url_for("ahead.show", booking_id=held.booking_id),
        said=_("Akkoord. De terugbetaling kan nu in een betaalbestand."),
    )


@bp.post("/ahead/paybacks/<uuid:public_id>/drop")
@guarded(USE)
def drop(public_id: UUID) -> Any:
    """Do not pay back after all."""
    held = queries.payback(db(), public_id, _own())
    return press(
        lambda session: desk.drop_payback(
            session, public_id=public_id, party_id=_own(), actor=actor(), at=now()
        ),
        then=url_for("ahead.show", booking_id=held.booking_id),
        said=_("De terugbetaling gaat niet door. Het tegoed staat weer vrij."),
    )


@bp.route("/entries/<uuid:public_id>/ahead", methods=["GET", "POST"])
@guarded(USE)
def book(public_id: UUID) -> Any:
    """Say that an entry was paid before there was an invoice."""
    entry = bank.entry(db(), public_id, _own())
    place = url_for("bank.entry", public_id=public_id)
    if entry.state is not EntryState.OPEN:
        return passed(place, _("Over deze boeking is al beslist."))
    paying = entry.amount < 0
    partners = queries.partners(db(), _own(), paying=paying)
    likely = queries.find_by_iban(db(), entry.iban, partners)
    form = forms.BookForm(
        partners=[(each.id, each.name) for each in partners], paying=paying,
        data={"other": likely.id if likely else 0},
    )  # fmt: skip
    facts = {"money": entry.money, "name": entry.name, "on": entry.booked_on, "public_id": public_id}
    return submit(
        form,
        lambda session: services.book_ahead(
            session, entry=bank.entry(session, public_id, _own(), lock=True), other_id=form.other.data or 0,
            actor=actor(), at=now(),
        ),
        then=lambda _none: place,
        said=_("Het geld staat vooruit. Komt er een factuur, dan stellen wij voor om te verrekenen."),
        page=lambda: render_template(
            "ledger/aheaddesk/book.html", form=form, likely=likely is not None, paying=paying, **facts
        ),
    )  # fmt: skip
