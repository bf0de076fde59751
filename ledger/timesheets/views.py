"""Pages of hours: writing them on the phone, signing them, and making an invoice of them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template, request, url_for
from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, day, exact
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from ledger.agreements import queries as agreements
from ledger.agreements.models import AgreedLine, Agreement
from ledger.timesheets import forms, policy, queries, rules, services
from ledger.timesheets.errors import NotPerHour
from ledger.timesheets.models import WorkedHours

bp = Blueprint("hours", __name__)


def _own() -> int:
    return actor().organisation_id or 0


@bp.get("/hours")
@guarded(policy.SEE)
def index() -> str:
    """Hours of one's organisation: what waits for whom, and all of them."""
    return render_template(
        "ledger/timesheets/index.html",
        page=paged(db(), queries.listing(_own())),
        waiting=queries.per_agreement(db(), _own()),
        may_enter=policy.may(actor(), policy.ENTER),
        hours_of=rules.hours_of,
        own=_own(),
        user_id=actor().user_id,
    )


@bp.get("/hours.csv")
@guarded(policy.SEE)
def listing() -> Any:
    """The same list as a file; a customer reads no names."""
    found = db().scalars(queries.listing(_own())).all()
    head = ("day", "hours", "state", "agreement", "line", "supplier", "person", "note", "invoice")
    rows = (
        (
            each.worked_on, str(each.hours), each.state.value, each.agreement.reference, each.line.description,
            each.seller.name, each.user.name if each.seller_id == _own() else "", each.note,
            each.invoice.number if each.invoice else "",
        )
        for each in found
    )  # fmt: skip
    return csv_file("hours", head, rows)


def _lines() -> dict[int, AgreedLine]:
    return {line.id: line for line in queries.lines_per_hour(db(), _own())}


def _choices(lines: dict[int, AgreedLine]) -> list[tuple[int, str]]:
    return [
        (key, f"{line.description}, {line.agreement.buyer.name}: {line.agreement.title}")
        for key, line in lines.items()
    ]


def _facts(session: Session, lines: dict[int, AgreedLine], form: forms.HoursForm) -> dict[str, Any]:
    """What both services take from the form."""
    if form.line.data not in lines:
        raise NotPerHour(field="line")
    line = lines[form.line.data]
    return {
        "agreement": agreements.agreement_by_id(session, line.agreement_id), "line": line,
        "worked_on": form.worked_on.data, "hours": form.hours.data, "note": form.note.data or "",
        "actor": actor(), "at": now(),
    }  # fmt: skip


def _written(made: WorkedHours) -> str:
    """Where to go after writing; hours under another agreement on that day are said, not refused."""
    if queries.elsewhere(db(), made):
        flash(_("Op deze dag schreef u ook uren voor een andere overeenkomst. Klopt dat?"), "warn")
    return url_for("hours.index")


def _enter_page(form: forms.HoursForm, found: WorkedHours | None = None) -> str:
    return render_template("ledger/timesheets/enter.html", form=form, found=found)


@bp.route("/hours/new", methods=["GET", "POST"])
@guarded(policy.ENTER)
def enter() -> Any:
    """Write down hours: today, and as many as last time."""
    lines = _lines()
    latest = queries.latest_of(db(), actor().user_id, _own()) if request.method == "GET" else None
    form = forms.HoursForm(
        lines=_choices(lines),
        data={
            "worked_on": local_date(now()), "line": latest.agreement_line_id if latest else None,
            "hours": latest.hours if latest else Decimal(8),
        },
    )  # fmt: skip

    return submit(
        form,
        lambda session: services.enter_hours(session, seller_id=_own(), **_facts(session, lines, form)),
        then=_written,
        said=_("Uw uren staan erin. De klant tekent ze."),
        page=lambda: _enter_page(form),
    )  # fmt: skip


def _mine(public_id: UUID) -> WorkedHours:
    found = queries.hours(db(), public_id)
    permit(policy.may(actor(), policy.ENTER, found))
    found.check_open()
    return found


@bp.route("/hours/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.ENTER)
def change(public_id: UUID) -> Any:
    """Change hours that are not signed yet."""
    found, lines = _mine(public_id), _lines()
    form = forms.HoursForm(
        lines=_choices(lines),
        data={
            "worked_on": found.worked_on, "line": found.agreement_line_id, "hours": found.hours,
            "note": found.note,
        },
    )  # fmt: skip

    return submit(
        form,
        lambda session: services.change_hours(session, held=found, **_facts(session, lines, form)),
        then=_written,
        said=_("Gewijzigd. De klant tekent uw uren."),
        page=lambda: _enter_page(form, queries.hours(db(), public_id)),
    )  # fmt: skip


@bp.post("/hours/<uuid:public_id>/withdraw")
@guarded(policy.ENTER)
def withdraw(public_id: UUID) -> Any:
    """Take hours away that are not signed yet."""
    found = _mine(public_id)
    return press(
        lambda session: services.withdraw_hours(session, hours=found, actor=actor(), at=now()),
        then=url_for("hours.index"),
        said=_("De uren zijn weg."),
    )


def _agreement(public_id: UUID, action: Any) -> Agreement:
    found = agreements.agreement(db(), public_id)
    permit(policy.may(actor(), action, found))
    return found


def _week() -> date | None:
    try:
        return rules.monday_of(date.fromisoformat(request.args.get("week", "")))
    except (ValueError, OverflowError):
        return None


def _sign_form(waits: Sequence[WorkedHours], people: dict[int, int], monday: date | None) -> forms.SignForm:
    long = rules.long_days((each.user_id, each.worked_on, each.quarters) for each in waits)
    rows = [
        (
            each.seen,
            _("%(day)s: %(hours)s uur, persoon %(num)s", day=day(each.worked_on), hours=exact(each.hours),
              num=people[each.user_id]) + (f", {each.note}" if each.note else "")
            + (_(" (let op: een lange dag)") if (each.user_id, each.worked_on) in long else ""),
        )
        for each in waits
        if monday in {None, rules.monday_of(each.worked_on)}
    ]  # fmt: skip
    return forms.SignForm(rows=rows)


@bp.route("/agreements/<uuid:public_id>/hours", methods=["GET", "POST"])
@guarded(policy.SEE)
def agreement(public_id: UUID) -> Any:
    """The hours under an agreement; the customer signs them here, a week or a choice at a time."""
    found, monday = _agreement(public_id, policy.SEE), _week()
    signs = policy.may(actor(), policy.SIGN, found)
    if request.method == "POST":
        permit(signs)
    if not signs:
        return _agreement_page(found, None, {}, ())
    people, waits = queries.persons(db(), found.id), queries.waiting(db(), found.id)
    form = _sign_form(waits, people, monday)
    weeks = sorted({rules.monday_of(each.worked_on) for each in waits})

    def act(session: Session) -> object:
        known: dict[str, Any] = {
            "agreement": found,
            "chosen": form.chosen.data or (),
            "actor": actor(),
            "at": now(),
        }
        if form.answer.data == forms.BACK:
            return services.send_back(session, reason=form.reason.data or "", **known)
        return services.sign_hours(session, **known)

    return submit(
        form, act, then=lambda _held: url_for("hours.agreement", public_id=public_id),
        said=_("Uw antwoord is vastgelegd. De coöperatie krijgt bericht."),
        page=lambda: _agreement_page(_again(found), form, people, weeks),
    )  # fmt: skip


def _again(found: Agreement) -> Agreement:
    """After a refusal the rollback emptied what was loaded, so it is loaded again."""
    return found if request.method == "GET" else agreements.agreement(db(), found.public_id)


def _agreement_page(
    found: Agreement, form: forms.SignForm | None, people: dict[int, int], weeks: Sequence[date]
) -> str:
    buys = found.buyer_id == _own()
    return render_template(
        "ledger/timesheets/agreement.html",
        agreement=found,
        form=form,
        monday=_week(),
        weeks=weeks,
        page=paged(db(), queries.of_agreement(found.id, None if buys else _own())),
        persons=people or (queries.persons(db(), found.id) if buys else {}),
        unbilled=0 if buys else queries.unbilled(db(), found.id, _own()),
        hours_of=rules.hours_of,
        buys=buys,
        own=_own(),
    )


@bp.post("/agreements/<uuid:public_id>/hours/invoice")
@guarded(policy.INVOICE)
def invoice(public_id: UUID) -> Any:
    """One tap: a draft of the signed hours."""
    found = _agreement(public_id, policy.INVOICE)
    return submit(
        Button(),
        lambda session: services.invoice_hours(
            session, agreement=found, seller_id=_own(), actor=actor(), at=now()
        ),
        then=lambda draft: url_for("invoicing.check", public_id=draft.public_id),
        page=lambda: _agreement_page(_again(found), None, {}, ()),
    )
