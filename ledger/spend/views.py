"""The public figure, the lines it was made of, and its open data."""

import math
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request
from markupsafe import Markup

from cwb.boundaries.views import boundaries_stamp
from cwb.kernel.clock import local_date
from cwb.kernel.kept import Kept
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _, language, money, percent
from cwb.web.kept_pages import kept
from cwb.web.pages import Page, asked_page, csv_file, paged
from cwb.web.request import actor, db, find_actor, now
from ledger.beside import views as beside
from ledger.beside.rules import NAMELESS, THIRD
from ledger.beside.views import area, category_name, decimal, figure, lines_url, variant_name
from ledger.cuts.rules import net
from ledger.disclosure.rules import POOLED
from ledger.drafts import services
from ledger.drafts.policy import may_read
from ledger.drafts.rules import provisional
from ledger.exports.gateway import export_and_silent
from ledger.handed.rules import whole_until
from ledger.novelty.rules import NOVELTY_TEXT
from ledger.pictures import views as pictures
from ledger.pictures.rules import CUTS, opened
from ledger.publication.queries import find_latest, signed_periods
from ledger.publication.views import standing
from ledger.rollups.queries import anchors as reporting_anchors
from ledger.rollups.queries import quarters
from ledger.rows.rules import gaps_of, known_since, partial, untold
from ledger.share.rules import Standing
from ledger.spend import policy, queries
from ledger.spend.forms import LineFilters
from ledger.spend.queries import Wanted
from ledger.spend.rules import EXCLUSION_TEXT, Kind, public_period
from ledger.suppliers.rules import GRADES

bp = Blueprint("spend", __name__, url_prefix="/spend")


def asked_period(offered: list[Period]) -> Period | None:
    """The period in the address, else the latest quarter that was signed, else that is over; None without lines.

    Raises:
        PeriodNotPublished: rubbish in the address, or a span of days.
    """
    text = request.args.get("period", "")
    if text:
        return public_period(text)
    over = [each for each in offered if each.end <= local_date(now())]
    signed = signed_periods(db()) if over else frozenset()
    return next((each for each in over if str(each) in signed), next(iter(over or offered), None))


@bp.get("")
@public
@kept
def index() -> Any:
    """How much of whose spend lands in the area, and how sure that is."""
    offered = quarters(db())
    period = asked_period(offered)
    if period is None:
        return render_template("ledger/spend/empty.html", may_upload=policy.sees_own(find_actor()))
    now_is, silent = export_and_silent(db(), period, area())
    draft = may_read(find_actor())
    newest = find_latest(db(), str(period))
    told = now_is if draft else services.as_signed(db(), newest)
    export = told or now_is
    facts: dict[str, Any] = {
        "area": area(), "period": period, "periods": _choices(offered, period), "reach": _reach(export, period),
        "running": period.end > local_date(now()), "ahead": period.start > local_date(now()), "silent": silent,
        "missing": [each for each in gaps_of(export) if Period.parse(each.quarter).end <= local_date(now())],
        "sees_lines": policy.sees_own(find_actor()), "draft": draft,
    }  # fmt: skip
    if told is None:
        return render_template(
            "ledger/drafts/provisional.html", found=provisional(now_is), decimal=decimal, **facts
        )
    key = (export["hash"], language(), boundaries_stamp(), draft)
    body = _BODIES.get(key, lambda: Markup(_body(export, period, draft)))  # noqa: S704 (our own template)
    return render_template(
        "ledger/spend/index.html", body=body, decimal=decimal, **facts, **standing(newest, now_is)
    )


def _reach(export: Mapping[str, Any], period: Period) -> str:
    """What a period is called: a year is one only when each of its quarters is whole."""
    gaps = [each.quarter for each in gaps_of(export)]
    if not gaps or "Q" in str(period):
        return str(period)
    until = whole_until(period, gaps)
    if until is None:
        return _("%(year)s, nog geen heel kwartaal", year=period)
    return _("%(year)s, heel tot en met %(quarter)s", year=period, quarter=until)


_BODIES: Kept[Markup] = Kept(256)


def _body(export: dict[str, Any], period: Period, draft: bool) -> str:
    """The figure itself: nothing in it depends on who reads it."""
    figures = export["figures"]
    share = figures["local_supplier_share"]
    total = figure(_("Alle grote kopers samen"), share["total"], period)
    cuts = {
        each["id"]: figure(variant_name(each), share[part][each["id"]], period)
        for part in ("variants", "around")
        for each in export["area"][part]
    }
    variants = list(cuts.values())
    anchors = {POOLED: _("Andere kopers samen"), **export["anchors"]}
    return render_template(
        "ledger/spend/_figure.html",
        area=area(),
        period=period,
        draft="yes" if draft else None,
        export=export,
        total=total,
        euros=euros(share["total"]),
        wide=[cuts[each.id] for each in area().variants if each.gemeenten and each.id in cuts],
        without=[cuts[each.id] for each in area().variants if each.without_wijken and each.id in cuts],
        chart=beside.intervals([total, *variants]),
        chart_rows=[
            [each.label, percent(each.lo), percent(each.hi), percent(each.coverage), each.publishable]
            for each in variants
        ],
        pictures={each.__name__: each(export, period) for each in _PICTURES},
        bridge=_bridge(figures["bridge"]["total"], period),
        anchor_bridges=[
            (anchors.get(key, key), _bridge(each, period, key))
            for key, each in figures["bridge"]["by_anchor"].items()
        ],
        landed=figures["landed_share"],
        untold=untold(export),
        figures=figures,
        names=anchors,
        top=decimal(figures["top_share"]),
        local_suppliers=figures["local_suppliers"],
        grade_rows=[
            [name, (money(amount), lines_url(period, grade=grade))]
            for grade, name, amount in _grades(figures["by_grade"])
        ],
        change=figures["change"],
        since=[(each and date.fromisoformat(each), names) for each, names in known_since(export)],
        partial=sorted(
            _names_of(export, partial(export) | frozenset((export["previous"] or {}).get("partial", ())))
        ),
        words=beside.words(),
        decimal=decimal,
    )


def _names_of(export: Mapping[str, Any], anchors: Iterable[str]) -> list[str]:
    """The anchors that are shown by themselves, by name."""
    shown = export["figures"]["local_supplier_share"]["by_anchor"]
    return [export["anchors"].get(each, each) for each in anchors if each in shown]


def euros(facts: Mapping[str, str | None]) -> tuple[Money | None, Money | None]:
    """Of 100 euro at least and at most, to the cent: down and up, so that it stays true beside the percentages."""
    lo, hi = (None if facts[name] is None else Decimal(facts[name] or 0) * 10_000 for name in ("lo", "hi"))
    return None if lo is None else Money(math.floor(lo)), None if hi is None else Money(math.ceil(hi))


_PICTURES = (
    beside.anchors, beside.categories, pictures.money_flows, pictures.wijken, pictures.concentration,
    pictures.novelty, pictures.payment_days,
)  # fmt: skip


def _choices(offered: list[Period], period: Period) -> list[str]:
    years = sorted({each.start.year for each in offered}, reverse=True)
    found = [str(each) for each in offered] + [f"{year:04}" for year in years]
    return found if str(period) in found else [str(period), *found]


def _money(text: str) -> Money:
    return Money.of(text)


def _bridge(facts: dict[str, Any], period: Period, anchor: str = "") -> dict[str, Any]:
    """The steps from all payments to what is measured, each with a link to its lines."""
    steps = [
        {
            "label": f"{step['code']} {_(EXCLUSION_TEXT[step['code']])}", "amount": _money(step["amount"]),
            "lines": step["lines"], "href": lines_url(period, exclusion=step["code"], anchor=anchor),
        }
        for step in facts["steps"]
        if step["lines"] or step["amount"] != "0.00"
    ]  # fmt: skip
    return {
        "d0": _money(facts["d0"]), "steps": steps,
        "d0_lines": facts["lines"] + sum(step["lines"] for step in facts["steps"]),
        "d1": _money(facts["d1"]), "lines": facts["lines"],
        "d1_href": lines_url(period, anchor=anchor, exclusion=THIRD),
        "d2": None if facts["d2"] is None else _money(facts["d2"]),
        "influenceable": _money(facts["influenceable"]), "unknown": _money(facts["influence_unknown"]),
    }  # fmt: skip


def _grades(by_grade: dict[str, str]) -> list[tuple[str, str, Money]]:
    names = {f"E{grade}": _(text) for grade, text in GRADES.items()} | {POOLED: _("Kleine groepen samen")}
    return [(grade, names.get(grade, grade), _money(amount)) for grade, amount in by_grade.items()]


_ASKED = ("anchor", "standing", "category", "grade", "exclusion", *CUTS)
"""Filters of the public list, as they stand in the address."""


def _asked() -> dict[str, str]:
    return {name: request.args.get(name, "")[:60] for name in _ASKED}


def _public_only(asked: Mapping[str, str]) -> bool:
    """Whether only the public sums know this: what is put together there, who is new, who is largest."""
    return POOLED in asked.values() or any(asked[name] for name in ("grade", "novelty", "top"))


def _anothers(asked: Mapping[str, str]) -> bool:
    """Whether an anchor is asked for whose single lines the actor may not see: then only groups answer for it."""
    who = find_actor()
    if not asked["anchor"] or policy.sees_all(who):
        return False
    mine = who.organisation_id if who else None
    return asked["anchor"] not in {str(key) for id_, key, _name in reporting_anchors(db()) if id_ == mine}


def _narrower(asked: Mapping[str, str]) -> dict[str, str]:
    """The same filters where single lines know them, without an anchor whose lines the actor may not see."""
    if _public_only(asked):
        return {}
    away = {"anchor"} if _anothers(asked) else set()
    return {name: value for name, value in asked.items() if value and name not in away}


@bp.get("/lines")
@public
def lines() -> Any:
    """What a figure is made of: groups for everyone, single lines for who may see them."""
    offered = quarters(db())
    period = asked_period(offered)
    who, asked = find_actor(), _asked()
    sees = policy.sees_own(who)
    single = sees and request.args.get("view") != "groups" and not (_public_only(asked) or _anothers(asked))
    facts: dict[str, Any] = {
        "period": period, "single": single and period is not None, "sees": sees, "sees_all": policy.sees_all(who),
        "narrower": _narrower(asked) if sees else {},
        "asked": {name: value for name, value in asked.items() if value},
    }  # fmt: skip
    if period is None:
        body = render_template("ledger/spend/_groups.html", form=_filters(None, offered), opened=None)
        return render_template("ledger/spend/lines.html", body=Markup(body), **facts)  # noqa: S704 (our own template)
    if single:
        statement, sums = queries.listing(db(), _wanted(period))
        return render_template(
            "ledger/spend/lines.html", form=_filters(period, offered, single=True), grades=GRADES,
            sums=sums, page=paged(db(), statement, scalar=False, total=sums[0]), arguments=request.args.to_dict(),
            **facts,
        )  # fmt: skip
    draft = may_read(who)
    export = services.told(db(), period, area(), drafts=draft).export
    if export is None:
        body = render_template("ledger/drafts/_closed.html", period=period, own=sees)
        return render_template("ledger/spend/lines.html", body=Markup(body), **facts)  # noqa: S704 (our own template)

    def write() -> Markup:
        text = render_template(
            "ledger/spend/_groups.html", form=_filters(period, offered), period=period, asked=asked,
            exclusions=EXCLUSION_TEXT, **_groups(export, asked),
        )  # fmt: skip
        return Markup(text)  # noqa: S704 (our own template)

    key = (
        export["hash"],
        len(offered),
        language(),
        request.args.get("page", ""),
        request.args.get("view", "")[:9],
        *asked.values(),
    )
    return render_template("ledger/spend/lines.html", body=_BODIES.get(key, write), **facts)


def _filters(period: Period | None, offered: list[Period], *, single: bool = False) -> LineFilters:
    form = LineFilters(request.args)
    together = {} if single else {POOLED: str(_("Kleine groepen samen"))}
    who = find_actor()
    mine = None if not single or policy.sees_all(who) or who is None else who.organisation_id
    names = {each.id: each.name if language() == "nl" else each.name_en for each in area().categories}
    form.offer(
        periods=_choices(offered, period) if period else [],
        anchors={
            str(public_id): name for key, public_id, name in reporting_anchors(db()) if mine in {None, key}
        },
        categories=names | {NAMELESS: str(_("Zonder soort"))} | together,
        wijken={code: wijk.name for code, wijk in area().wijken.items()} if single else {},
    )
    form.period.data, form.view.data = str(period) if period else "", "" if single else "groups"
    return form


def _wanted(period: Period | None) -> Wanted:
    """The filters in the address, held to what the actor may see. An anchor gets its own lines alone."""
    arguments = request.args
    keys = {str(public_id): key for key, public_id, _name in reporting_anchors(db())}
    asked = keys.get(arguments.get("anchor", ""))
    standing, kind, category = (arguments.get(name, "") for name in ("standing", "kind", "category"))
    exclusion = arguments.get("exclusion", "")
    return Wanted(
        period=None if kind == Kind.CONFLICT else period,
        anchor_id=asked if policy.sees_all(find_actor()) else actor().organisation_id,
        standing=Standing(standing) if standing in {each.value for each in Standing} else None,
        wijk=arguments.get("wijk") or None,
        category="" if category == NAMELESS else category or None,
        exclusion="" if exclusion == THIRD else exclusion or None,
        kind=Kind.CONFLICT if kind == Kind.CONFLICT else None,
        text=arguments.get("q", "")[:200],
    )


def _groups(export: dict[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    """The rows of the public export that the filters ask for, a page at a time, with what they come to."""
    found = opened(export, asked)
    names = {
        "wijk": {code: f"{code} {each.name}" for code, each in area().wijken.items()},
        "novelty": {
            **{each.value: _(text) for each, text in NOVELTY_TEXT.items()},
            POOLED: _("Niet bekend, of te weinig om te tonen"),
        },
        "top": {"largest": _("De grootste leveranciers"), "others": _("Alle andere leveranciers")},
    }
    cut = asked.get(found.what, "")
    rows = [
        {
            **row,
            "anchor_name": beside.anchor_name(export, row.get("anchor", "")),
            "category_name": category_name(export, row.get("category", "")),
            "amount": _money(row["amount"]) if found.what == "excluded" else Money(net(row)),
        }
        for row in found.rows
    ]
    size, number = 25, asked_page()
    number = min(number, max(1, -(-len(rows) // size)))
    return {
        "opened": found, "total": Money(found.total), "lines": sum(row.get("lines", 0) for row in rows),
        "page": Page(rows[(number - 1) * size : number * size], number, size, len(rows)),
        "cut_name": names.get(found.what, {}).get(cut, cut),
    }  # fmt: skip


@bp.get("/lines.csv")
@guarded(policy.SEE_LINES)
def lines_csv() -> Any:
    """The single lines the filters ask for, for who may see them.

    Raises:
        Forbidden: of another anchor.
    """
    permit(not _anothers(_asked()))
    period = asked_period(quarters(db()))
    head = (
        "anchor", "supplier", "kvk_number", "document_number", "invoice_date", "amount", "category", "cpv", "exclusion",
        "class", "grade", "contract", "description", "source", "kind", "recorded_at",
    )  # fmt: skip
    rows = (
        (
            line.anchor.name, line.supplier.name, line.supplier.kvk_number, line.document_number, line.invoice_on,
            line.net, line.category, line.cpv, line.exclusion, standing, f"E{grade}", line.contract_reference,
            line.description, line.source.value, line.kind.value, line.recorded_at,
        )
        for line, standing, grade in db().execute(queries.lines(_wanted(period)))
    )  # fmt: skip
    return csv_file("inkoopregels", head, rows)
