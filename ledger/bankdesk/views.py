"""Pages of the bank: accounts and statements, what waits, and one entry with what it is for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template, url_for
from sqlalchemy.orm import Session

from cwb.files.rules import MEGA
from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import Money
from cwb.web.forms import Button, Form
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, number
from cwb.web.pages import paged
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import passed, press, submit
from ledger.bank import queries, rules, services
from ledger.bank.errors import FAULTS, OTHER_FAULT, NotThisInvoice
from ledger.bank.models import BankBooking, BankEntry
from ledger.bank.rules import EntryState, Match
from ledger.bankdesk import forms
from ledger.bankdesk.policy import USE
from ledger.bankdesk.queries import find_beginning
from ledger.bankdesk.services import Taken, book_opening, import_statements, match_again
from ledger.bankfiles.gateway import read
from ledger.hints.queries import Hint, hints
from ledger.incoming import queries as received
from ledger.incoming.models import IncomingPayment
from ledger.invoicing import queries as invoicing
from ledger.owed.queries import pressed_by
from ledger.owed.services import adopt_refunds
from ledger.payments import policy as payment_policy
from ledger.payments import queries as paying
from ledger.payments.models import Payment, PaymentUndo
from ledger.payments.services import drop_undo
from ledger.payouts.queries import payouts_like
from ledger.payouts.services import book_payout
from ledger.receipts.policy import KEEP
from ledger.takeback import services as takeback

bp = Blueprint("bank", __name__, url_prefix="/bank")

MOST_MEGA = 20
"""Megabytes of a file that a page takes: some thirty thousand entries. The command takes more."""


def _own() -> int:
    return actor().organisation_id or 0


@bp.get("")
@guarded(USE)
def index() -> str:
    """The accounts of one's organisation, its statements, and what waits."""
    standing = queries.find_standing(db(), _own())
    return render_template(
        "ledger/bankdesk/index.html", accounts=queries.accounts(db(), _own()), standing=standing,
        page=paged(db(), queries.statements(_own())), waiting=queries.count_waiting(db(), _own()),
        tolerance=queries.tolerance(db(), _own(), local_date(now())),
        beginning=find_beginning(db(), _own()) if standing and standing.difference else None,
    )  # fmt: skip


@bp.post("/opening")
@guarded(USE)
def opening() -> Any:
    """Book what was on the bank before the first statement and is in no books."""
    return press(
        lambda session: book_opening(session, party_id=_own(), actor=actor(), at=now()),
        then=url_for("bank.index"),
        said=_("Het beginsaldo staat in uw boeken."),
    )


@bp.route("/accounts", methods=["GET", "POST"])
@guarded(USE)
def account() -> Any:
    """Add an account."""
    form = forms.AccountForm()
    return submit(
        form, lambda session: services.add_account(
            session, party=organisation_by_id(session, _own()), actor=actor(), at=now(), **form.values()
        ), then=lambda _made: url_for("bank.index"), said=_("De rekening staat erbij."),
        page=lambda: render_template("ledger/bankdesk/account.html", form=form),
    )  # fmt: skip


@bp.route("/tolerance", methods=["GET", "POST"])
@guarded(USE)
def tolerance() -> Any:
    """Choose how much an amount may be off and still be suggested."""
    form = forms.ToleranceForm()
    return submit(
        form,
        lambda session: services.set_tolerance(
            session, party=organisation_by_id(session, _own()), amount=form.amount.data or Money(0),
            actor=actor(), at=now(),
        ),
        then=lambda _none: url_for("bank.index"),
        said=_("Dit telt vanaf vandaag."),
        page=lambda: render_template(
            "ledger/bankdesk/tolerance.html", form=form,
            current=queries.tolerance(db(), _own(), local_date(now())),
        ),
    )  # fmt: skip


@bp.route("/upload", methods=["GET", "POST"])
@takes_files(MOST_MEGA * MEGA)
@guarded(USE)
def upload() -> Any:
    """Take a statement in; what its references name is booked at once."""
    form, taken = forms.StatementForm(), Taken()

    def act(session: Session) -> None:
        content = form.file.data.read()
        try:
            import_statements(
                session, read(lambda: BytesIO(content)), checksum=sha256(content).hexdigest(),
                party=organisation_by_id(session, _own()), actor=actor(), at=now(), taken=taken,
            )  # fmt: skip
        except RuleBroken as fault:
            fault.field = "file"
            raise

    return submit(
        form, act, then=lambda _none: _taken(taken),
        page=lambda: render_template("ledger/bankdesk/upload.html", form=form, found=taken.found, mega=MOST_MEGA),
    )  # fmt: skip


def _taken(taken: Taken) -> str:
    """Say what was read, and go to what waits."""
    if taken.added:
        said = _(
            "Boekingen gelezen: %(num)s. Nieuw: %(new)s. Verwerkt: %(booked)s.",
            num=number(taken.found.entries), new=number(taken.added), booked=number(taken.matched),
        )  # fmt: skip
    else:
        said = _("Dit afschrift stond er al. Er is niets dubbel.")
    flash(said, "good")
    return url_for("bank.work")


@bp.get("/statements/<uuid:public_id>")
@guarded(USE)
def statement(public_id: UUID) -> str:
    """One statement with its entries."""
    found = queries.statement(db(), public_id, _own())
    rows = queries.entries(_own()).where(BankEntry.statement_id == found.id).order_by(BankEntry.id)
    return render_template(
        "ledger/bankdesk/statement.html", statement=found, page=paged(db(), rows), faults=FAULTS, other=OTHER_FAULT,
    )  # fmt: skip


def _matches(entries: list[BankEntry]) -> dict[int, Match]:
    """What each entry seems to be for, as things stand now."""
    sides = {each.amount > 0 for each in entries}
    claims = {side: queries.claims(db(), _own(), incoming=side) for side in sides}
    slack = queries.tolerance(db(), _own(), local_date(now())) if entries else 0
    return {each.id: rules.match(queries.as_read(each), claims[each.amount > 0], slack) for each in entries}


def _hints(entries: Sequence[BankEntry]) -> Mapping[int, Hint]:
    return hints(db(), _own(), entries, keeps=KEEP.open_to(actor()))


@bp.get("/work")
@guarded(USE)
def work() -> str:
    """All that waits on all accounts, oldest first."""
    page = paged(db(), queries.waiting(_own()))
    return render_template(
        "ledger/bankdesk/work.html", page=page, matches=_matches(list(page.rows)), whys=rules.WHYS, faults=FAULTS,
        other=OTHER_FAULT, hints=_hints(page.rows),
    )  # fmt: skip


@bp.post("/again")
@guarded(USE)
def again() -> Any:
    """Look anew at what waits: an invoice may have been approved since."""
    return press(
        lambda session: [
            match_again(session, account=each, actor=actor(), at=now()) for each in queries.accounts(session, _own())
        ], then=url_for("bank.work"), said=_("Wij keken opnieuw. Wat hier nog staat, wacht op u."),
    )  # fmt: skip


def _page(public_id: UUID, form: Form | None = None) -> str:
    entry = queries.entry(db(), public_id, _own())
    is_open = entry.state is EntryState.OPEN
    match = _matches([entry])[entry.id] if is_open else Match()
    made = queries.bookings(db(), entry.id)
    shown = {
        "invoice": forms.InvoiceForm, "other": forms.OtherForm, "leave": forms.LeaveForm, "back": forms.BackForm,
    }  # fmt: skip
    return render_template(
        "ledger/bankdesk/entry.html", entry=entry, bookings=made, others=forms.OTHERS, whys=rules.WHYS,
        match=match, takes=rules.accepted(match, abs(entry.amount)), is_open=is_open, form=form, faults=FAULTS,
        forms={name: form if isinstance(form, kind) else kind() for name, kind in shown.items()},
        other=OTHER_FAULT,
        payouts=payouts_like(db(), entry) if is_open else (),
        hint=_hints([entry])[entry.id], keeps=KEEP.open_to(actor()), may_undo=not is_open,
        pays=not is_open and _pays(made),
        asked=paying.asked_undos(db(), [each.payment_id for each in made if each.payment_id]),
    )  # fmt: skip


@bp.get("/entries/<uuid:public_id>")
@guarded(USE)
def entry(public_id: UUID) -> str:
    """One entry: what the bank said, what it was booked as, or what it may be."""
    return _page(public_id)


def _decided(public_id: UUID, form: Form, act: Callable[[Session, BankEntry], object], said: Any) -> Any:
    def work(session: Session) -> None:
        act(session, queries.entry(session, public_id, _own(), lock=True))
        adopt_refunds(session, party_id=_own())

    return submit(
        form, work, then=lambda _none: url_for("bank.entry", public_id=public_id), said=said,
        page=lambda: _page(public_id, form),
    )  # fmt: skip


@bp.route("/entries/<uuid:public_id>/invoice", methods=["GET", "POST"])
@guarded(USE)
def invoice(public_id: UUID) -> Any:
    """Say which invoice it is for."""
    form = forms.InvoiceForm()
    return _decided(
        public_id, form, lambda session, held: services.choose_invoice(
            session, entry=held, number=form.number.data or "", actor=actor(), at=now()
        ), _("De boeking hoort nu bij deze factuur."),
    )  # fmt: skip


@bp.route("/entries/<uuid:public_id>/other", methods=["GET", "POST"])
@guarded(USE)
def other(public_id: UUID) -> Any:
    """Book it without an invoice."""
    form = forms.OtherForm()
    return _decided(
        public_id, form, lambda session, held: services.book_other(
            session, entry=held, role=form.role.data, actor=actor(), at=now()
        ), _("De boeking staat in uw boeken."),
    )  # fmt: skip


@bp.route("/entries/<uuid:public_id>/leave", methods=["GET", "POST"])
@guarded(USE)
def leave(public_id: UUID) -> Any:
    """Leave it as it is."""
    form = forms.LeaveForm()
    return _decided(
        public_id, form, lambda session, held: services.leave(
            session, entry=held, reason=form.reason.data or "", actor=actor(), at=now()
        ), _("De boeking is van de lijst. Er is niets geboekt."),
    )  # fmt: skip


@bp.post("/entries/<uuid:public_id>/payout/<int:payout_id>")
@guarded(USE)
def payout(public_id: UUID, payout_id: int) -> Any:
    """Say that it is what the provider of online payments sent."""

    def act(session: Session) -> None:
        held = queries.entry(session, public_id, _own(), lock=True)
        found = next((each for each in payouts_like(session, held) if each.id == payout_id), None)
        if found is None:
            raise NotThisInvoice
        book_payout(session, entry=held, payout=found, actor=actor(), at=now())

    return press(act, then=url_for("bank.entry", public_id=public_id), said=_("De uitbetaling is thuis."))


@bp.post("/entries/<uuid:public_id>/accept")
@guarded(USE)
def accept(public_id: UUID) -> Any:
    """Do what was suggested, as it stands now."""

    def act(session: Session) -> None:
        held = queries.entry(session, public_id, _own(), lock=True)
        found = rules.accepted(_matches([held])[held.id], abs(held.amount))
        if not found:
            raise NotThisInvoice
        services.accept_offer(session, entry=held, shares=found, actor=actor(), at=now())
        adopt_refunds(session, party_id=_own())

    return press(act, then=url_for("bank.entry", public_id=public_id), said=_("Het voorstel is geboekt."))


@bp.post("/entries/<uuid:public_id>/back")
@guarded(USE)
def back(public_id: UUID) -> Any:
    """Put it back on the list; a payment of an invoice is taken back with a reason, above a limit by two people."""
    made = queries.bookings(db(), queries.entry(db(), public_id, _own()).id)
    form = forms.BackForm() if _pays(made) else Button()

    def act(session: Session) -> bool:
        held = queries.entry(session, public_id, _own(), lock=True)
        reason = form.reason.data or "" if isinstance(form, forms.BackForm) else ""
        return takeback.take_back(session, entry=held, actor=actor(), at=now(), reason=reason)

    return submit(
        form,
        act,
        then=lambda done: _told(done, url_for("bank.entry", public_id=public_id)),
        page=lambda: _page(public_id, form),
    )


def _pays(made: Iterable[BankBooking]) -> bool:
    """Whether a payment goes when an entry with these bookings is put back."""
    return any(
        each.undone_at is None
        and each.why is not rules.Why.KNOWN
        and (each.payment_id or each.incoming_payment_id)
        for each in made
    )


def _told(done: bool, place: str) -> str:
    """Say whether it is taken back now, or waits for a colleague."""
    later = _("Uw verzoek is vastgelegd. Boven de grens bevestigt een collega het.")
    words = _("Het is teruggedraaid. Wat betaald was, staat weer open.") if done else later
    flash(words, "good" if done else "info")
    return place


def _payment(public_id: UUID) -> Payment:
    found = paying.payment(db(), public_id)
    invoice = invoicing.invoice_by_id(db(), found.invoice_id)
    keeps = payment_policy.may(actor(), payment_policy.RECORD, invoice)
    permit(keeps or pressed_by(db(), [found.id]).get(found.id) == _own())
    return found


@bp.route("/payments/<uuid:public_id>/undo", methods=["GET", "POST"])
@guarded(USE)
def undo(public_id: UUID) -> Any:
    """Take back a payment of an invoice that was written down by mistake."""
    held, form = _payment(public_id), forms.BackForm()
    invoice = invoicing.invoice_by_id(db(), held.invoice_id)
    place = url_for("invoices.show", public_id=invoice.public_id)
    if held.undone_at is not None:
        return passed(place, _("Deze betaling is al teruggedraaid."))
    asked = paying.asked_undos(db(), [held.id]).get(held.id)
    return _undone(form, held, invoice.number or "", place, asked)


def _undone(
    form: forms.BackForm, held: Payment | IncomingPayment, number: str, place: str, asked: PaymentUndo | None
) -> Any:
    return submit(
        form,
        lambda session: takeback.take_payment_back(
            session, payment=held, reason=form.reason.data or "", actor=actor(), at=now()
        ),
        then=lambda done: _told(done, place),
        page=lambda: render_template(
            "ledger/bankdesk/undo.html", form=form, number=number, place=place, asked=asked, public_id=held.public_id,
            amount=abs(held.money.minor), paid_on=held.paid_on,
        ),
    )  # fmt: skip


@bp.post("/payments/<uuid:public_id>/keep")
@guarded(USE)
def keep(public_id: UUID) -> Any:
    """Do not take it back after all."""
    held = _payment(public_id)
    return press(
        lambda session: drop_undo(session, payment=held),
        then=url_for("invoices.show", public_id=invoicing.invoice_by_id(db(), held.invoice_id).public_id),
        said=_("De betaling blijft staan."),
    )


@bp.route("/received/<uuid:public_id>/undo", methods=["GET", "POST"])
@guarded(USE)
def undo_purchase(public_id: UUID) -> Any:
    """Take back a payment of a received invoice."""
    held, form = received.payment(db(), public_id, _own()), forms.BackForm()
    place = url_for("incoming.show", public_id=held.incoming.public_id)
    if held.undone_at is not None:
        return passed(place, _("Deze betaling is al teruggedraaid."))
    return _undone(form, held, held.incoming.number, place, None)
