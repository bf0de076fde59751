"""The public table of hours and jobs."""

from datetime import date

from flask import Blueprint, Response, render_template, request

from coops.register.forms import categories
from coops.wages.gateway import wages
from coops.wages.rules import FullTime
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.web.guards import public
from cwb.web.pages import csv_file
from cwb.web.request import db, find_actor, now
from procurement.resident_work.forms import TableFilter
from procurement.resident_work.policy import LINES
from procurement.resident_work.rules import FEWEST
from procurement.work_figures import queries, rules
from procurement.work_figures.rules import Cell, Row

bp = Blueprint("work_figures", __name__)


def _years(rows: list[Row]) -> dict[int, FullTime]:
    """What a full-time year was in each year of the table."""
    return {each.year: wages().year(date(each.year, 12, 31)) for each in rows}


def _rows() -> tuple[list[Row], list[Row]]:
    """Every row, and those that were asked for."""
    today = local_date(now())
    rows = rules.table(queries.running(db(), today), queries.told(db()), today=today)
    buyer, sector, year = TableFilter(request.args).picked()
    chosen = [
        each
        for each in rows
        if buyer in {"", each.buyer} and sector in {"", each.sector} and year in {None, each.year}
    ]
    return rows, chosen


@bp.get("/fair-work")
@public
def figures() -> str:
    """Hours and jobs for residents: per buyer, kind of work and year, as a floor with its coverage."""
    rows, chosen = _rows()
    form = TableFilter(request.args)
    form.offer(
        sorted({each.buyer for each in rows}, key=str.casefold),
        sorted({each.year for each in rows}, reverse=True),
    )
    who = find_actor()
    return render_template(
        "procurement/work_figures/figures.html", rows=chosen, form=form, years=_years(chosen),
        total=rules.total(chosen, _years(chosen)), year=wages().year(local_date(now())), fewest=FEWEST,
        names=categories(), quarter=Period.quarter_of(local_date(now())),
        may_open=who is not None and LINES.open_to(who), query=request.args.to_dict(),
    )  # fmt: skip


HELD_BACK = "suppressed"
"""A part that is 1 to 4 people, or leaves so many of its whole: which of both is not told."""


def _told(row: Row, cell: Cell, few: str = HELD_BACK) -> tuple[object, object]:
    if not row.verified:
        return "", ""
    return (few, "") if cell.people is None else (cell.people, cell.hours)


def _count(row: Row, count: int | None, few: str = HELD_BACK) -> object:
    if not row.verified:
        return ""
    return few if count is None else count


@bp.get("/fair-work.csv")
@public
def listing() -> Response:
    """The same rows as a file, folded in the same way."""
    head = (
        "buyer", "sector", "year", "contracts", "reported", "waiting", "doubted", "residents", "hours", "fte_years",
        "hours_per_fte_year", "new", "hours_new", "trainees", "hours_trainees", "seats_offered", "seats_filled",
        "seats_done",
    )  # fmt: skip
    chosen = _rows()[1]
    years = _years(chosen)
    return csv_file("eerlijk-werk", head, [
        (
            each.buyer, each.sector, each.year, each.contracts, each.reported, each.waiting, each.doubted,
            *_told(each, each.residents, "<5"),
            each.residents.years(years[each.year]) if each.verified else "", years[each.year].hours,
            *_told(each, each.new), *_told(each, each.trainees),
            each.offered if each.verified else "", _count(each, each.filled, "<5"), _count(each, each.done),
        )
        for each in chosen
    ])  # fmt: skip
