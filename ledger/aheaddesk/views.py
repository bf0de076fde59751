"""Pages of money ahead: what stands ahead, what it may pay, and what goes back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.ageing.queries import names
from ledger.ahead import queries, rules, services
from ledger.ahead.models import AheadPayback
from ledger.ahead.rules import Balance
from ledger.aheaddesk import forms
from ledger.aheaddesk import services as desk
from ledger.aheaddesk.queries import received_under_way, under_way
from ledger.bank import queries as bank
from ledger.bank.errors import NotThisInvoice
from ledger.bank.rules import EntryState
from ledger.bankdesk.policy import USE
from ledger.owed import queries as owed
from ledger.owed import services as owed_services
from ledger.owed.queries import Credit
from ledger.payments.models import Payment
from ledger.upfront import queries as upfront

bp = Blueprint("ahead", __name__, url_prefix="/bank")


def _own() -> int:
    return actor().organisation_id or 0


def _other(one: Balance | Credit) -> int:
    return one.between.owner_id if one.between.holder_id == _own() else one.between.holder_id


def _both() -> tuple[list[Balance], list[Balance]]:
    return queries.balances(db(), _own(), holds=True), queries.balances(db(), _own(), holds=False)


def _names(shown: Sequence[Balance | Credit]) -> Mapping[int, Any]:
    return names(db(), {_other(each) for each in shown})


def _place(back: AheadPayback) -> str:
    """The page of what a repayment is of."""
    if back.invoice is not None:
        return url_for("ahead.credit", public_id=back.invoice.public_id)
    return url_for("ahead.show", booking_id=back.booking_id)


@bp.get("/ahead")
@guarded(USE)
def index() -> str:
    """What this organisation holds of others, what others hold of it, and what goes back."""
    ours, theirs = _both()
    owing = owed.credits_of(db(), _own())
    page = paged(db(), queries.paybacks(_own()))
    return render_template(
        "ledger/aheaddesk/index.html", ours=ours, theirs=theirs, other=_other, today=local_date(now()),
        we_owe=[each for each in owing if each.between.holder_id == _own()],
        they_owe=[each for each in owing if each.between.owner_id == _own()],
        names=_names([*ours, *theirs, *owing]), states=rules.STATES, page=page,
        suppliers=upfront.suppliers(db(), _own()),
        place=_place, under_way=under_way(db(), (), page.rows),
    )  # fmt: skip


@bp.get("/ahead.csv")
@guarded(USE)
def file() -> Any:
    """The same as a file."""
    ours, theirs = _both()
    owing = owed.credits_of(db(), _own())
    who, today = _names([*ours, *theirs, *owing]), local_date(now())
    head = ("side", "party", "on", "days", "invoice", "amount", "left", "promised", "free")
    rows: list[tuple[Any, ...]] = [
        (
            side, who[_other(each)].name, each.on, (today - each.on).days, each.number, Money(each.amount),
            Money(each.left), Money(each.promised), Money(each.free),
        )
        for side, group in (("held", ours), ("owned", theirs))
        for each in group
    ]  # fmt: skip
    rows += [
        (
            "credit held" if each.between.holder_id == _own() else "credit owned", who[_other(each)].name, each.on,
            (today - each.on).days, each.number, Money(each.left), Money(each.left), Money(each.promised),
            Money(each.free),
        )
        for each in owing
    ]  # fmt: skip
    rows += [
        ("upfront", each.name, "", "", "", Money(each.free), Money(each.free), Money(0), Money(each.free))
        for each in upfront.suppliers(db(), _own())
    ]
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
        "ledger/aheaddesk/show.html", found=found, form=shown,
        **_shown(found, queries.uses(db(), booking_id), queries.paybacks_of(db(), found)),
    )  # fmt: skip


def _shown(
    found: Balance | Credit, uses: Sequence[Payment], paybacks: Sequence[AheadPayback]
) -> dict[str, Any]:
    """What the pages of money ahead and of what is owed back have alike."""
    proposals = queries.proposals(db(), found.between) if found.free > 0 else ()
    return {
        "holds": found.between.holder_id == _own(), "other": names(db(), [_other(found)])[_other(found)],
        "proposals": proposals, "uses": uses, "paybacks": paybacks, "states": rules.STATES, "me": actor(),
        "under_way": under_way(db(), proposals, paybacks),
        "pressed": owed.pressed_by(db(), [each.id for each in uses]) if uses else {},
    }  # fmt: skip


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


def _credit_page(public_id: UUID, form: forms.PaybackForm | None = None) -> str:
    found = owed.credit(db(), public_id, _own())
    holds = found.between.holder_id == _own()
    source = owed.source(db(), found.invoice_id) if holds else None
    shown = form
    if shown is None and source is not None and found.free > 0:
        shown = forms.PaybackForm(known=source.iban, data={"amount": Money(found.free)})
    return render_template(
        "ledger/aheaddesk/credit.html", found=found, form=shown, source=source,
        **_shown(found, owed.uses(db(), found.invoice_id), owed.paybacks_of(db(), found)),
    )  # fmt: skip


@bp.get("/credits/<uuid:public_id>")
@guarded(USE)
def credit(public_id: UUID) -> str:
    """What is owed back on an invoice that was paid and then credited."""
    return _credit_page(public_id)


@bp.post("/credits/<uuid:public_id>/set-off/<uuid:invoice_id>")
@guarded(USE)
def set_off_owed(public_id: UUID, invoice_id: UUID) -> Any:
    """Pay another invoice from it."""
    return press(
        lambda session: desk.set_off_owed(
            session, credited=public_id, invoice=invoice_id, party_id=_own(), actor=actor(), at=now()
        ),
        then=url_for("ahead.credit", public_id=public_id),
        said=_("Het tegoed is verrekend met de factuur. Er ging geen geld over de bank."),
    )


@bp.route("/credits/<uuid:public_id>/payback", methods=["GET", "POST"])
@guarded(USE)
def pay_credit_back(public_id: UUID) -> Any:
    """Ask that it goes back."""
    found = owed.credit(db(), public_id, _own())
    source = owed.source(db(), found.invoice_id)
    form = forms.PaybackForm(known=source.iban, data={"amount": Money(max(found.free, 0))})
    return submit(
        form,
        lambda session: owed_services.ask_payback(
            session, credited=public_id, party_id=_own(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("ahead.credit", public_id=public_id),
        said=_("De terugbetaling staat klaar."),
        page=lambda: _credit_page(public_id, form),
    )


@bp.post("/entries/<uuid:public_id>/payback/<uuid:payback_id>")
@guarded(USE)
def paid_by_hand(public_id: UUID, payback_id: UUID) -> Any:
    """Say that an entry is a repayment that was paid without its file."""

    def act(session: Session) -> None:
        held = bank.entry(session, public_id, _own(), lock=True)
        fitting = {each.public_id: each for each in queries.like(session, _own(), [held]).get(held.id, ())}
        if payback_id not in fitting:
            raise NotThisInvoice
        back = queries.marked(session, fitting[payback_id].mark)
        if back is not None:
            desk.book_payback(session, entry=held, payback=back, actor=actor(), at=now())

    return press(
        act,
        then=url_for("bank.entry", public_id=public_id),
        said=_("De boeking is deze terugbetaling. Zij staat niet meer klaar."),
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
        then=_place(held),
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
        then=_place(held),
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
    sender = upfront.find_by_iban(db(), _own(), entry.iban) if likely is None else None
    form = forms.BookForm(
        partners=[(each.id, each.name) for each in partners], suppliers=_suppliers(paying=paying), paying=paying,
        data={"other": likely.id if likely else -sender.id if sender else 0},
    )  # fmt: skip
    facts = {"money": entry.money, "name": entry.name, "on": entry.booked_on, "public_id": public_id}
    return submit(
        form,
        lambda session: desk.book(
            session, entry=bank.entry(session, public_id, _own(), lock=True), actor=actor(), at=now(),
            **form.values(),
        ),
        then=lambda _none: place,
        said=_("Het bedrag is van wat vooruit stond af.") if not paying and (form.other.data or 0) < 0
        else _("Het geld staat vooruit. Komt er een factuur, dan stellen wij voor om te verrekenen."),
        page=lambda: render_template(
            "ledger/aheaddesk/book.html", form=form, likely=(likely or sender) is not None, paying=paying, **facts
        ),
    )  # fmt: skip


def _suppliers(*, paying: bool) -> list[tuple[int, str]]:
    """Who may be paid upfront, or of whom such money may be back."""
    if paying:
        return [(each.id, each.name) for each in upfront.senders(db(), _own())]
    return [(each.sender_id, each.name) for each in upfront.suppliers(db(), _own()) if each.upfront]


@bp.get("/ahead/suppliers/<uuid:sender>")
@guarded(USE)
def supplier(sender: UUID) -> str:
    """One supplier from outside: what stands upfront, what he owes back, and which invoices that may pay."""
    found = upfront.supplier(db(), sender, _own())
    proposals = upfront.proposals(db(), found.sender_id) if found.free > 0 else ()
    return render_template(
        "ledger/aheaddesk/supplier.html", found=found, proposals=proposals,
        in_file=received_under_way(db(), proposals) if proposals else (),
        owing=upfront.owing(db(), found.sender_id) if found.owed else (),
        booked=upfront.booked(db(), found.sender_id), uses=upfront.uses(db(), found.sender_id),
    )  # fmt: skip


@bp.post("/ahead/suppliers/<uuid:sender>/set-off/<uuid:incoming>")
@guarded(USE)
def set_off_upfront(sender: UUID, incoming: UUID) -> Any:
    """Pay one of his invoices from it."""
    return press(
        lambda session: desk.set_off_upfront(
            session, sender=sender, incoming=incoming, party_id=_own(), actor=actor(), at=now()
        ),
        then=url_for("ahead.supplier", sender=sender),
        said=_("Het is verrekend met de factuur. Er ging geen geld over de bank."),
    )
