"""The books of an organisation: trial balance, account, transfer. Every figure leads to its lines."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for

from cwb.identity.models import Party
from cwb.kernel.clock import local_date
from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from ledger.accounts.models import Account
from ledger.books import policy, queries
from ledger.books.rules import KIND_NAMES
from ledger.closing import policy as closing_policy
from ledger.closing import queries as closing
from ledger.closing.rules import BOOKS_KINDS, BOOKS_SHORT, BooksKind

bp = Blueprint("books", __name__, url_prefix="/books")


def period_asked() -> Period | None:
    """The period in the address; None when there is none, or none that can be read."""
    try:
        return Period.parse(request.args.get("period", ""))
    except RuleBroken:
        return None


def chosen_period() -> Period:
    """The period asked for, else this year."""
    return period_asked() or Period.parse(f"{local_date(now()).year}")


def keeper(public_id: UUID | None) -> Party:
    """Whose books these are (without an id: one's own), for who may see them."""
    found = (
        db().get(Party, actor().organisation_id or 0)
        if public_id is None
        else closing.find_party(db(), public_id)
    )
    if found is None:
        raise NotFound
    permit(policy.may(actor(), policy.SEE, found.id))
    return found


def about_books(party: Party) -> dict[str, Any]:
    """What every page of these books says of them, as `_books.html` takes it."""
    return {
        "party": party,
        "kind": closing.books_kind(db(), party.id, local_date(now())),
        "kinds": BOOKS_KINDS,
        "may_say": closing_policy.may(actor(), closing_policy.CLOSE, party.id),
    }


def file_name(subject: str, party: Party, period: object) -> str:
    """The name of a file of these books; it says whether they are the statutory ones or a sub-ledger."""
    kind = closing.books_kind(db(), party.id, local_date(now())) or BooksKind.SUBLEDGER
    return f"{BOOKS_SHORT[kind]}-{subject}-{period}".replace("/", "-")


def _account(public_id: UUID) -> Account:
    found = queries.account(db(), public_id)
    permit(policy.may(actor(), policy.SEE, found.party_id))
    return found


def namer(accounts: Iterable[Account]) -> Callable[[Account], str]:
    """What calls these accounts by name in the reader's language, with the party that one is kept for."""
    others = queries.kept_for(db(), accounts)

    def named(account: Account) -> str:
        name = account.name or _(queries.account_name(account))
        return f"{name}: {others[account.id]}" if account.id in others else name

    return named


def kind_name(kind: str) -> str:
    """What a kind of transfer is called in the reader's language."""
    return _(KIND_NAMES[kind]) if kind in KIND_NAMES else kind


def about(reference: str | None) -> str | None:
    """The address of what a transfer is about: an invoice has a page of its own."""
    kind, _colon, key = (reference or "").partition(":")
    return url_for("invoices.show", public_id=key) if kind == "invoice" else None


@bp.get("")
@guarded(policy.SEE)
def index() -> Any:
    """One's own books; for an auditor, whose books there are."""
    if policy.sees_all(actor()):
        return render_template("ledger/books/index.html", page=paged(db(), queries.keepers()))
    own = db().get(Party, actor().organisation_id)
    if own is None:
        raise NotFound
    return redirect(url_for("books.trial", public_id=own.public_id), 303)


@bp.get("/<uuid:public_id>")
@guarded(policy.SEE)
def trial(public_id: UUID) -> str:
    """The trial balance."""
    party, period = keeper(public_id), chosen_period()
    balance = queries.trial_balance(db(), party.id, period)
    return render_template(
        "ledger/books/trial.html",
        **about_books(party),
        period=period,
        this=local_date(now()).year,
        sells=actor().has(Role.BOARD),
        balance=balance,
        named=namer(line.account for line in balance.lines),
    )


@bp.get("/<uuid:public_id>.csv")
@guarded(policy.SEE)
def trial_csv(public_id: UUID) -> Any:
    """The trial balance as a file."""
    party, period = keeper(public_id), chosen_period()
    head = ("account", "kind", "role", "name", "currency", "opening", "debit", "credit", "closing")
    lines = queries.trial_balance(db(), party.id, period).lines
    named = namer(line.account for line in lines)
    rows = (
        (
            str(line.account.public_id), line.account.kind, line.account.role, named(line.account),
            line.account.currency, line.opening, line.debit, line.credit, line.closing,
        )
        for line in lines
    )  # fmt: skip
    return csv_file(file_name("books", party, period), head, rows)


@bp.get("/journal.csv", defaults={"public_id": None})
@bp.get("/<uuid:public_id>/journal.csv")
@guarded(policy.SEE)
def journal_csv(public_id: UUID | None) -> Any:
    """Every line of a period, for the accountant: debit and credit are equal per transfer; without a name one's own."""
    party, period = keeper(public_id), chosen_period()
    found = db().execute(queries.journal(party.id, period)).all()
    named = namer(account for _transfer, account, *_rest in found)
    head = (
        "day",
        "transfer",
        "kind",
        "account",
        "name",
        "debit",
        "credit",
        "currency",
        "reverses",
        "reference",
        "text",
    )
    rows = (
        (
            local_date(transfer.effective_at), str(transfer.public_id), transfer.kind, str(account.public_id),
            named(account), Money(max(entry.amount, 0), entry.currency), Money(max(-entry.amount, 0), entry.currency),
            entry.currency, str(undone or ""), reference, note,
        )
        for transfer, account, entry, undone, reference, note in found
    )  # fmt: skip
    return csv_file(file_name("journal", party, period), head, rows)


@bp.get("/accounts/<uuid:public_id>")
@guarded(policy.SEE)
def account(public_id: UUID) -> str:
    """The lines of one account, newest first."""
    found = _account(public_id)
    return render_template(
        "ledger/books/account.html",
        account=found,
        **about_books(db().get_one(Party, found.party_id)),
        balance=queries.balance(db(), found.id),
        page=paged(db(), queries.statement(found.id), scalar=False),
        money=Money,
        named=namer([found]),
        kind_name=kind_name,
        about=about,
    )


@bp.get("/accounts/<uuid:public_id>.csv")
@guarded(policy.SEE)
def account_csv(public_id: UUID) -> Any:
    """All lines of one account as a file."""
    found = _account(public_id)
    head = (
        "transfer",
        "effective_at",
        "created_at",
        "kind",
        "reference",
        "other_party",
        "text",
        "currency",
        "amount",
        "balance",
    )
    rows = (
        (
            str(transfer.public_id), transfer.effective_at, transfer.created_at, transfer.kind, reference, other, note,
            entry.currency, Money(entry.amount, entry.currency), Money(entry.balance_after, entry.currency),
        )
        for entry, transfer, reference, note, other in db().execute(queries.statement(found.id)).all()
    )  # fmt: skip
    return csv_file(file_name("account", db().get_one(Party, found.party_id), found.role), head, rows)


@bp.get("/transfers/<uuid:public_id>")
@guarded(policy.SEE)
def transfer(public_id: UUID) -> str:
    """One transfer with its lines in the reader's books."""
    everything = policy.sees_all(actor())
    detail = queries.transfer(db(), public_id, party_id=None if everything else actor().organisation_id or 0)
    return render_template(
        "ledger/books/transfer.html", detail=detail, named=namer(account for account, *_ in detail.lines),
        kind_name=kind_name, about=about, **about_books(db().get_one(Party, detail.lines[0][0].party_id)),
    )  # fmt: skip
