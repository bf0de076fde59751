"""Pages of what fits: for a cooperative its own, for the programme and auditors every open lot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, url_for

from coops.register.forms import categories, places
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.waiting import waits_at
from procurement.bids.errors import BidNotFound
from procurement.bids.rules import BAR_TEXTS, Bar
from procurement.demands.gateway import table
from procurement.lots.queries import candidates
from procurement.lots.rules import HOUR, WEEKS, Candidate
from procurement.matching import policy, rules, services
from procurement.matching.rules import Match, Work
from procurement.tenders.models import Tender

bp = Blueprint("matching", __name__, url_prefix="/fitting")


GONE = frozenset({Bar.OWN_TENDER, Bar.NOT_SELECTED})
"""What nothing can change any more: such a lot is no opportunity."""


@dataclass(frozen=True, slots=True)
class Line:
    """A lot that is of one's kind of work, why one may not bid (empty: one may), whether one began, and handed in."""

    match: Match
    bars: Sequence[Bar]
    is_begun: bool
    is_in: bool


@dataclass(frozen=True, slots=True)
class _Own:
    """What is read once for a page of one's own."""

    us: Candidate | None
    firms: Sequence[Candidate]
    lines: Sequence[Line]
    tenders: Mapping[int, Tender]
    begun: Mapping[tuple[int, int], services.Begun]
    there: services.Present | None = None


def _own() -> _Own:
    who, at = actor(), now()
    firms = candidates(db(), at)
    us = next((each for each in firms if each.organisation_id == who.organisation_id), None)
    if us is None:
        return _Own(None, firms, (), {}, {})
    open_now = services.works(db(), who, at)
    tenders = {tender.id: tender for tender, _work in open_now}
    there = services.present(db(), at)
    barred = services.bars(db(), tenders, who, at, there)
    begun = services.begun(db(), who.organisation_id)
    found = rules.matches(us, [work for _tender, work in open_now], table(), local_date(at))
    lines = [
        Line(each, barred[each.work.tender_id], which in begun, which in begun and begun[which].is_in)
        for each in found
        for which in [(each.work.tender_id, each.work.lot)]
        if not GONE & set(barred[each.work.tender_id])
    ]
    return _Own(us, firms, lines, tenders, begun, there)


@bp.get("")
@guarded(policy.SEE_OWN)
def index() -> str:
    """Open lots that fit one's own cooperative, those that ask for others, and why one may not bid."""
    own = _own()
    groups: dict[rules.Group, list[Line]] = {}
    for each in own.lines:
        groups.setdefault(_group(each, own), []).append(each)
    return render_template(
        "procurement/matching/index.html", us=own.us, groups=groups, total=len(own.lines), bar_texts=BAR_TEXTS,
        hours=_hours, places=places(), kinds=categories(), at=now(),
    )  # fmt: skip


def _group(line: Line, own: _Own) -> rules.Group:
    """Under which heading a lot stands; a bid that was begun stays among what one may do."""

    def has_team(found: Match) -> bool:
        if own.us is None:
            return False
        return rules.has_team(own.us, found.work, _partners(own, found.work), table(), local_date(now()))

    return rules.group(line.match, is_barred=bool(line.bars) and not line.is_begun, has_team=has_team)


def _partners(own: _Own, work: Work) -> Sequence[Candidate]:
    """With whom one could do it, leaving out who may not take part and who said no to this bid."""
    if own.us is None or own.there is None:
        return ()
    mine = own.begun.get((work.tender_id, work.lot))
    asked = [each for each in own.firms if mine is None or each.organisation_id not in mine.declined]
    found = rules.partners(own.us, work, asked, table(), local_date(now()))
    return services.open_to(db(), own.tenders[work.tender_id], found, now(), own.there)


def _hours(work: Work) -> int | None:
    return None if work.needed is None else rules.hours_of(work.needed)


@bp.get("/list.csv")
@guarded(policy.SEE_OWN)
def listing() -> Response:
    """The same as a file."""
    head = [
        "tender", "lot", "title", "buyer", "closes_at", "standing", "year_value", "own_capacity_year",
        "own_largest", "may_bid", "why_not",
    ]  # fmt: skip
    rows = [
        (
            each.match.work.number, each.match.work.lot, each.match.work.title, each.match.work.buyer,
            each.match.work.closes_at, each.match.standing.value, each.match.work.needed,
            each.match.reach.capacity, each.match.reach.largest, "no" if each.bars else "yes",
            " ".join(_(BAR_TEXTS[bar]) for bar in each.bars),
        )
        for each in _own().lines
    ]  # fmt: skip
    return csv_file("fitting", head, rows)


@bp.get("/<number>/<int:lot>")
@guarded(policy.SEE_OWN)
def show(number: str, lot: int) -> str:
    """One lot beside one's own cooperative: each number, and with whom one could do it together."""
    own = _own()
    line = next(
        (each for each in own.lines if each.match.work.number == number and each.match.work.lot == lot), None
    )
    if own.us is None or line is None:
        raise BidNotFound
    work = line.match.work
    found = rules.teams(own.us, work, _partners(own, work), table(), local_date(now()))
    return render_template(
        "procurement/matching/show.html", line=line, work=work, us=own.us, teams=found, bar_texts=BAR_TEXTS,
        hours=_hours(work), capacity=lambda firm: firm.reach(work.needed or rules.NOTHING).capacity,
        places=places(), bid=_bid_page(work), weeks=WEEKS, hour=HOUR, most=rules.MOST_TOGETHER, at=now(),
        may_begin=not line.bars and not _applies_first(work),
        invited=waits_at(actor(), number, "joining.show", "joining.sign"),
    )  # fmt: skip


def _applies_first(work: Work) -> bool:
    """Whether one must be selected before one may bid."""
    return work.apply_until is not None and now() < work.apply_until


def _bid_page(work: Work) -> str:
    """Where one goes on."""
    if _applies_first(work):
        return url_for("applications.show", number=work.number)
    return url_for("bids.lot", number=work.number, lot=work.lot)


@bp.get("/lots")
@guarded(policy.OVERVIEW)
def lots() -> str:
    """Every open lot with who could do it; what nobody serves first."""
    return render_template(
        "procurement/matching/lots.html", rows=_supply(), hours=_hours, places=places(), kinds=categories()
    )


@bp.get("/lots.csv")
@guarded(policy.OVERVIEW)
def lots_listing() -> Response:
    """The same as a file."""
    head = [
        "tender", "lot", "title", "buyer", "category", "closes_at", "year_value", "fits", "unknown", "together",
        "is_served",
    ]  # fmt: skip
    rows = [
        (
            each.work.number, each.work.lot, each.work.title, each.work.buyer, each.work.sector, each.work.closes_at,
            each.work.needed, each.fits, each.unknown, each.together, each.is_served,
        )
        for each in _supply()
    ]  # fmt: skip
    return csv_file("open-lots", head, rows)


def _supply() -> Sequence[rules.Supply]:
    at = now()
    open_now: Sequence[tuple[Any, Work]] = services.works(db(), actor(), at)
    return rules.supply([work for _tender, work in open_now], candidates(db(), at), table(), local_date(at))
