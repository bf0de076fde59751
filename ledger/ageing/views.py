"""Pages of what is open by age, and the statement of account to print."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.documents.gateway import pdf
from cwb.documents.rules import Words
from cwb.identity.models import Organisation, Party
from cwb.kernel.clock import local_date
from cwb.kernel.errors import NotFound
from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import language
from cwb.web.pages import csv_file, pdf_file
from cwb.web.request import db, now
from ledger.ageing import forms, queries, rules
from ledger.ageing.rules import Side
from ledger.books import policy
from ledger.books import queries as books
from ledger.books.views import about_books, file_name, keeper, kind_name
from ledger.customers.models import Customer

bp = Blueprint("ageing", __name__, url_prefix="/books")


def _day() -> date:
    """The day in the address; today when there is none, or none that can be read."""
    try:
        found = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return local_date(now())
    return found if 1900 <= found.year <= 2200 else local_date(now())


def _side(text: str) -> Side:
    if text not in set(Side):
        raise NotFound
    return Side(text)


@bp.get("/<uuid:public_id>/ageing/<side>")
@guarded(policy.SEE)
def index(public_id: UUID, side: str) -> str:
    """What is open per customer or supplier, by age."""
    party, chosen, on = keeper(public_id), _side(side), _day()
    found, ahead = (
        queries.ageing(db(), party.id, chosen, on),
        queries.ahead_by_age(db(), party.id, chosen, on),
    )
    those = {line.party_id for line in found.lines if line.party_id} | {line.party_id for line in ahead}
    return render_template(
        "ledger/ageing/index.html", **about_books(party), side=chosen, on=on, found=found, buckets=rules.BUCKETS,
        names=queries.names(db(), those), kind_name=kind_name, ahead=ahead, ages=rules.AHEAD_AGES,
        form=forms.DayForm(data={"on": on}),
    )  # fmt: skip


@bp.get("/<uuid:public_id>/ageing/<side>.csv")
@guarded(policy.SEE)
def file(public_id: UUID, side: str) -> Any:
    """Every open invoice with its age, and how they tie to the books."""
    party, chosen, on = keeper(public_id), _side(side), _day()
    found = queries.ageing(db(), party.id, chosen, on)
    items = queries.open_items(db(), party.id, chosen, on)
    ahead = queries.ahead(db(), party.id, chosen, on)
    who = queries.names(db(), {item.party_id for item in items} | {each.party_id for each in ahead})
    head = ("party", "number", "issued_on", "due_on", "days_late", "bucket", "open")
    rows: list[tuple[object, ...]] = [
        (
            who[item.party_id].name, item.number, item.issued_on, item.due_on, rules.days_late(item.due_on, on),
            rules.bucket(item.due_on, on, item.open).value, item.open,
        )
        for item in items
    ]  # fmt: skip
    ties = (
        ("invoices", found.total),
        *found.others,
        ("booked", found.booked),
        ("difference", found.difference),
    )
    rows += [("", name, "", "", "", "", amount) for name, amount in ties]
    rows += [
        (who[each.party_id].name, each.number, each.on, "", (on - each.on).days, "ahead", -Money(each.left))
        for each in ahead
    ]
    return csv_file(file_name(f"ageing-{chosen}", party, on), head, rows)


@bp.get("/<uuid:public_id>/statement/<side>/<uuid:other_id>")
@guarded(policy.SEE)
def statement(public_id: UUID, side: str, other_id: UUID) -> str:
    """The statement of account of one customer or supplier, to print."""
    party, chosen, on = keeper(public_id), _side(side), _day()
    other = queries.partner(db(), party.id, chosen, other_id)
    items = queries.open_items(db(), party.id, chosen, on, other_id=other.id)
    return render_template(
        "ledger/ageing/statement.html", **about_books(party), side=chosen, on=on, other=other, items=items,
        steps=queries.steps(db(), party.id, chosen, other.id, on), names=rules.STEPS, late=rules.days_late,
        ahead=queries.ahead(db(), party.id, chosen, on, other_id=other.id),
        back=url_for("ageing.index", public_id=public_id, side=chosen, on=on), form=forms.DayForm(data={"on": on}),
    )  # fmt: skip


@bp.get("/<uuid:public_id>/statement/<side>/<uuid:other_id>.csv")
@guarded(policy.SEE)
def statement_file(public_id: UUID, side: str, other_id: UUID) -> Any:
    """The same as a file: what is open, what stands ahead, and all that happened."""
    party, chosen, on = keeper(public_id), _side(side), _day()
    other = queries.partner(db(), party.id, chosen, other_id)
    items = queries.open_items(db(), party.id, chosen, on, other_id=other.id)
    ahead = queries.ahead(db(), party.id, chosen, on, other_id=other.id)
    head = ("section", "kind", "number", "on", "due_on", "amount", "open_after")
    rows: list[tuple[object, ...]] = [
        ("open", "invoice", each.number, each.issued_on, each.due_on, each.open, "") for each in items
    ]
    rows += [("ahead", "credit", each.number, each.on, "", -Money(each.left), "") for each in ahead]
    rows += [
        ("steps", each.kind, each.number, each.day, "", each.amount, after)
        for each, after in queries.steps(db(), party.id, chosen, other.id, on)
    ]
    return csv_file(file_name(f"statement-{chosen}", party, on), head, rows)


def _lines(party: Party) -> list[str]:
    """How a party stands at the head of a letter."""
    if not isinstance(party, Organisation | Customer):
        return [party.name]
    kvk = f"KvK {party.kvk_number}" if party.kvk_number else ""
    return [
        party.name,
        f"{party.street} {party.house_number}",
        f"{party.postcode} {party.city}",
        kvk,
        party.email or "",
    ]


@bp.get("/<uuid:public_id>/statement/<side>/<uuid:other_id>.pdf")
@guarded(policy.SEE)
def letter(public_id: UUID, side: str, other_id: UUID) -> Any:
    """The same as a letter to send."""
    party, chosen, on = keeper(public_id), _side(side), _day()
    other = queries.partner(db(), party.id, chosen, other_id)
    made = rules.Account(
        chosen, _lines(party), _lines(other), queries.open_items(db(), party.id, chosen, on, other_id=other.id),
        queries.steps(db(), party.id, chosen, other.id, on), on, books.midnight(on),
        queries.ahead(db(), party.id, chosen, on, other_id=other.id),
    )  # fmt: skip
    return pdf_file(f"rekeningoverzicht-{on}", pdf(rules.statement(Words(language()), made)))
