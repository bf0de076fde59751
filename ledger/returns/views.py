"""Pages of the VAT of a period, and of the small businesses scheme."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.errors import NotFound
from cwb.kernel.period import Period
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.books import policy
from ledger.books.views import about_books, file_name, keeper, kind_name, period_asked
from ledger.kor import forms as kor_forms
from ledger.kor import policy as kor_policy
from ledger.kor import queries as kor
from ledger.kor import rules as kor_rules
from ledger.kor import services as kor_services
from ledger.returns import queries, rules

bp = Blueprint("returns", __name__, url_prefix="/books")
QUARTERS = 5
"""How many quarters the page offers."""


def _period() -> Period:
    return period_asked() or Period.quarter_of(local_date(now()))


def quarters() -> list[Period]:
    """The running quarter and those before it, newest first."""
    found = [Period.quarter_of(local_date(now()))]
    while len(found) < QUARTERS:
        found.append(found[-1].previous_quarter())
    return found


@bp.get("/<uuid:public_id>/vat")
@guarded(policy.SEE)
def vat(public_id: UUID) -> str:
    """The VAT of a period per kind, held against the books."""
    party, period = keeper(public_id), _period()
    return render_template(
        "ledger/returns/vat.html", **about_books(party), period=period, quarters=quarters(), names=rules.NAMES,
        found=queries.overview(db(), party.id, period), kind_name=kind_name,
    )  # fmt: skip


@bp.get("/<uuid:public_id>/vat.csv")
@guarded(policy.SEE)
def vat_csv(public_id: UUID) -> Any:
    """The same as a file."""
    party, period = keeper(public_id), _period()
    found = queries.overview(db(), party.id, period)
    head = ("row", "percent", "box", "invoices", "net", "vat", "booked", "difference")
    rows: list[tuple[object, ...]] = [
        (row.key, f"{row.percent.normalize():f}", row.box or "", row.count, row.net, row.vat, "", "")
        for row in found.rows
    ]
    for tie in (found.output, found.input):
        rows.append((tie.name, "", "", "", "", tie.invoiced, tie.booked, tie.difference))
        rows += [(f"{tie.name}:{kind}", "", "", "", "", "", amount, "") for kind, amount in tie.others]
    return csv_file(file_name("vat", party, period), head, rows)


@bp.get("/<uuid:public_id>/vat/<key>")
@guarded(policy.SEE)
def lines(public_id: UUID, key: str) -> str:
    """The invoices behind a figure."""
    party, period = keeper(public_id), _period()
    if key not in rules.NAMES:
        raise NotFound
    return render_template(
        "ledger/returns/lines.html", **about_books(party), period=period, name=rules.NAMES[key],
        lines=queries.lines(db(), party.id, period, key),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/kor", methods=["GET", "POST"])
@guarded(kor_policy.CHOOSE)
def scheme(public_id: UUID) -> Any:
    """Begin or end the small businesses scheme, and see how near its limit is."""
    party = keeper(public_id)
    permit(kor_policy.may(actor(), kor_policy.CHOOSE, party.id))
    today = local_date(now())
    form = kor_forms.DayForm(data={"day": today})
    running = kor.is_running(db(), party.id)
    act = kor_services.end if running else kor_services.begin

    def page() -> str:
        held, sold = keeper(public_id), kor.turnover(db(), party.id, today.year)
        return render_template(
            "ledger/returns/scheme.html", **about_books(held), form=form, turnover=sold, year=today.year,
            limit=kor_rules.limit_on(today), room=kor_rules.room(sold, today), rooms=kor_rules.ROOMS,
            stretches=kor.stretches(db(), held.id), running=running, today=today,
        )  # fmt: skip

    return submit(
        form,
        lambda session: act(session, party_id=party.id, day=form.day.data, actor=actor(), at=now()),
        then=lambda _made: url_for("returns.scheme", public_id=public_id),
        said=_("Vanaf die dag staat er weer btw op uw facturen.")
        if running
        else _("Vanaf die dag staat er geen btw meer op uw facturen."),
        page=page,
    )
