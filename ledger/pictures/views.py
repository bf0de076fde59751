"""The pictures of a figure, for its page: a finding made from the export, a drawing, a table that leads to lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import current_app

from cwb.boundaries.views import boundary_map
from cwb.categories.rules import Category
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from cwb.places.gateway import area_pack
from cwb.places.rules import AreaPack, Variant
from cwb.web import flows as drawing
from cwb.web.charts import Bar, Span, Stack, Target, Tile, bar_chart, interval_chart, stack_chart, tile_map
from cwb.web.drawings import Chart
from cwb.web.i18n import _, language, money, number, percent
from cwb.web.templates import url_for
from ledger.cuts.rules import net
from ledger.disclosure.rules import POOLED
from ledger.payments.rules import STATUTORY_DAYS
from ledger.pictures.rules import LIMITS, REST, Flow, drawn, flows, shade
from ledger.suppliers.rules import NOVELTY_TEXT, Novelty

Export = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """A share as a page shows it: ratios as decimals, None where undefined."""

    label: str
    lo: Decimal | None
    hi: Decimal | None
    coverage: Decimal | None
    total: Money
    publishable: bool
    why: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as the page shows it."""

    finding: str
    chart: Chart
    description: str
    head: Sequence[object]
    rows: Sequence[Sequence[object]]
    legend: Sequence[str] = field(default_factory=tuple)


def area() -> AreaPack:
    """The area of this installation."""
    return area_pack(current_app.extensions["cwb.config"])


def decimal(text: str | None) -> Decimal | None:
    """A ratio of an export."""
    return None if text is None else Decimal(text)


def lines_url(period: Period, **filters: Any) -> str:
    """Where the lines of a figure are."""
    return url_for(
        "spend.lines", period=str(period), **{name: value for name, value in filters.items() if value}
    )


def figure(label: str, facts: Mapping[str, Any], period: Period, **filters: str) -> Figure:
    """A share of an export with where its lines are."""
    href = lines_url(period, **filters) if filters else ""
    return Figure(
        label, decimal(facts["lo"]), decimal(facts["hi"]), decimal(facts["coverage"]), Money.of(facts["total"]),
        facts["publishable"], why(facts["why"]), href,
    )  # fmt: skip


def why(code: str | None) -> str:
    """Why a figure is insufficient, in words."""
    if code is None:
        return ""
    if code.startswith("undefined"):
        return str(_("Er is niet genoeg inkoop om een deel te berekenen."))
    said = []
    if "coverage" in code:
        said.append(_("Van te veel inkoop weten wij de plaats niet."))
    if "interval" in code:
        said.append(_("De bandbreedte is te groot."))
    return " ".join(said)


def variant_name(variant: Mapping[str, str]) -> str:
    """What another cut of the area is called."""
    known: Variant = next(each for each in area().variants if each.id == variant["id"])
    return known.name if language() == "nl" else known.name_en


def anchor_name(export: Export, key: str) -> str:
    """What an anchor is called."""
    return str(_("Andere kopers samen")) if key == POOLED else str(export["anchors"].get(key, key))


def category_name(export: Export, key: str) -> str:
    """What a kind of purchasing is called."""
    if key == POOLED:
        return str(_("Kleine groepen samen"))
    known: Category | None = next((each for each in area().categories if each.id == key), None)
    if known is None:
        return str(export["categories"].get(key, key)) or _("Overig")
    return known.name if language() == "nl" else known.name_en


def intervals(figures: Iterable[Figure]) -> Chart:
    """Shares with their bounds and how much is known."""
    spans = []
    for each in figures:
        text = _("tussen %(lo)s en %(hi)s", lo=percent(each.lo), hi=percent(each.hi))
        known = _("bekend: %(share)s", share=percent(each.coverage)) if each.coverage is not None else ""
        said = text if each.lo is not None else _("geen cijfer")
        spans.append(
            Span(_short(each.label, 38), _inside(each.lo), _inside(each.hi), said, each.coverage, known)
        )
    return interval_chart(spans)


def _inside(value: Decimal | None) -> Decimal | None:
    """Bounds may lie beyond 0 to 1 when unproven credit notes dominate; a drawing cannot."""
    return None if value is None else min(max(value, Decimal(0)), Decimal(1))


def _side_by_side(figures: Sequence[Figure], what: str, findings: Mapping[str, str]) -> Picture:
    """Shares beside each other, highest floor first; what has too little evidence stands below what has enough."""
    found = sorted(figures, key=lambda each: (not each.publishable, -(each.lo or 0), each.label))
    sure = [each for each in found if each.publishable]
    kind = "none" if not sure else "one" if len(sure) == 1 else "first"
    facts = {"name": sure[0].label, "lo": percent(sure[0].lo), "hi": percent(sure[0].hi)} if sure else {}
    rows = [
        [
            each.label, percent(each.lo), percent(each.hi), percent(each.coverage), (money(each.total), each.href),
            _("genoeg bewijs") if each.publishable else _("onvoldoende"),
        ]
        for each in found
    ]  # fmt: skip
    head = [what, (_("Minstens"),), (_("Hooguit"),), (_("Bekend"),), (_("Inkoop"),), _("Oordeel")]
    said = _("Balken van het laagste tot het hoogste mogelijke deel, met hoeveel van de inkoop bekend is.")
    return Picture(_(findings[kind], **facts), intervals(found), said, head, rows)


def anchors(export: Export, period: Period) -> Picture:
    """The anchors side by side."""
    shares = export["figures"]["local_supplier_share"]["by_anchor"]
    figures = [figure(anchor_name(export, key), each, period, anchor=key) for key, each in shares.items()]
    findings = {
        "none": N_("Van geen enkele koper is genoeg bekend voor een vergelijking"),
        "one": N_("Alleen van %(name)s is genoeg bekend: tussen %(lo)s en %(hi)s is lokaal"),
        "first": N_("%(name)s koopt het meest lokaal: minstens %(lo)s"),
    }
    return _side_by_side(figures, _("Koper"), findings)


def categories(export: Export, period: Period) -> Picture:
    """The kinds of purchasing side by side."""
    shares = export["figures"]["local_supplier_share"]["by_category"]
    figures = [figure(category_name(export, key), each, period, category=key) for key, each in shares.items()]
    findings = {
        "none": N_("Van geen enkele soort inkoop is genoeg bekend voor een vergelijking"),
        "one": N_("Alleen van %(name)s is genoeg bekend: tussen %(lo)s en %(hi)s is lokaal"),
        "first": N_("%(name)s gaat het meest naar lokale leveranciers: minstens %(lo)s"),
    }
    return _side_by_side(figures, _("Soort"), findings)


def _euros(cents: int) -> str:
    """Whole euros, for a drawing; the table has the cents."""
    return f"€\xa0{number(round(Decimal(cents) / 100))}"


def _part(amount: int, whole: int) -> Decimal | None:
    return Decimal(amount) / Decimal(whole) if whole > 0 else None


def money_flows(export: Export, period: Period) -> Picture:
    """From anchor by way of sector to place."""
    every = flows(export)
    sums = {each: sum(f.amount for f in every if f.standing == each) for each in PLACES}
    whole = sum(sums.values())
    said = {name: percent(_part(amount, whole), 0) for name, amount in sums.items()}
    finding = _(
        "Bewezen lokaal is %(local)s van het geld, elders %(other)s. Van %(unknown)s is het niet bewezen",
        local=said["local"], other=said["not_local"], unknown=said["unknown"],
    )  # fmt: skip
    shown = drawn(every)
    columns = [
        [drawing.Node(key, _short(anchor_name(export, key), 18)) for key in dict.fromkeys(f.anchor for f in every)],
        [drawing.Node(key, _short(_sector(export, key), 24)) for key in _sectors(shown)],
        [
            drawing.Node(each, str(_(name)), KINDS[each], _euros(sums[each]))
            for each, name in PLACES.items()
        ],
    ]  # fmt: skip
    rows = [
        [
            f"{anchor_name(export, anchor)}: {category_name(export, sector)}",
            *((money(Money(_of(every, anchor, sector, each))),
               lines_url(period, anchor=anchor, category=sector, standing=each)) for each in PLACES),
        ]
        for anchor, sector in dict.fromkeys((each.anchor, each.sector) for each in every)
    ]  # fmt: skip
    head = [_("Koper en soort"), *((_(name),) for name in PLACES.values())]
    chart = drawing.flow_chart(
        columns,
        [drawing.Flow(each.anchor, each.sector, each.standing, each.amount) for each in shown],
        _stacks(export, shown, _sectors(shown)),
    )
    text = _(
        "Van links naar rechts: wie betaalt, waarvoor, en of het geld lokaal blijft. Dikker is meer geld."
    )
    return Picture(finding, chart, text, head, rows)


PLACES = {"local": N_("bewezen lokaal"), "unknown": N_("niet bewezen"), "not_local": N_("elders")}
KINDS = {"local": "local", "unknown": "unknown", "not_local": "other"}


def _of(every: Iterable[Flow], anchor: str, sector: str, standing: str) -> int:
    return sum(f.amount for f in every if (f.anchor, f.sector, f.standing) == (anchor, sector, standing))


def _sectors(shown: Iterable[Flow]) -> list[str]:
    """The sectors of the drawing, largest first, the others last."""
    sums: dict[str, int] = {}
    for each in shown:
        sums[each.sector] = sums.get(each.sector, 0) + each.amount
    return sorted(sums, key=lambda key: (key == REST and len(sums) > 1, -sums[key], key))


def _sector(export: Export, key: str) -> str:
    return str(_("Andere soorten")) if key == REST else category_name(export, key)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _stacks(export: Export, shown: Sequence[Flow], sectors: Iterable[str]) -> list[Stack]:
    """A bar per sector for a phone, with its parts in words."""
    found = []
    for sector in sectors:
        sums = {
            each: sum(f.amount for f in shown if (f.sector, f.standing) == (sector, each)) for each in PLACES
        }
        whole = sum(sums.values())
        parts = [
            (KINDS[each], amount, f"{_(PLACES[each])}: {percent(_part(amount, whole), 0)}")
            for each, amount in sums.items()
        ]
        found.append(Stack(_sector(export, sector), parts))
    return found


def wijken(export: Export, period: Period) -> list[Picture]:
    """The wijken as tiles and, where boundaries were imported, as a map."""
    shares = export["figures"]["local_supplier_share"]["by_wijk"]
    counts = {row["id"]: row for row in export["wijken"]}
    tiles, rows = [], []
    for code, wijk in area().wijken.items():
        share = shares.get(code)
        lo = decimal(share["lo"]) if share else None
        href = lines_url(period, standing="local", wijk=code)
        tiles.append(
            Tile(
                code,
                wijk.name,
                wijk.tile_column,
                wijk.tile_row,
                percent(lo) if lo is not None else "–",
                shade(lo),
                href,
            )
        )
        if share:
            cells = [percent(lo), percent(decimal(share["hi"])), number(counts[code]["suppliers"]),
                     (money(Money(net(counts[code]))), href)]  # fmt: skip
        else:
            cells = ["–", "–", _("minder dan 5"), "–"]
        rows.append((lo or Decimal(-1), [f"{code} {wijk.name}", *cells]))
    rows.sort(key=lambda row: -row[0])
    most, best = rows[0][0], rows[0][1][0]
    finding = (
        _("Het meeste gaat naar %(wijk)s: minstens %(lo)s van alle inkoop", wijk=best, lo=percent(most))
        if most > 0 else _("Van nog geen wijk is bewezen dat er geld heen gaat")
    )  # fmt: skip
    head = [_("Wijk"), (_("Minstens"),), (_("Hooguit"),), (_("Leveranciers"),), (_("Bedrag"),)]
    ends = [percent(each) for each in LIMITS[1:]]
    legend = [percent(0), _("tot en met %(top)s", top=ends[0]), _("tot en met %(top)s", top=ends[1]),
              _("tot en met %(top)s", top=ends[2]), _("meer dan %(top)s", top=ends[2])]  # fmt: skip
    text = _("Een tegel per wijk met het deel van alle inkoop dat er minstens heen gaat. Donkerder is meer.")
    table = [row for _lo, row in rows]
    found = [Picture(finding, tile_map(tiles), text, head, table, legend)]
    if outlined := boundary_map(tiles):
        said = _(
            "De wijken binnen hun grenzen, met dezelfde cijfers. Donkerder is meer; gestreept tonen wij niet."
        )
        found.append(
            Picture(
                _("Dezelfde cijfers op de kaart: minstens zoveel gaat er heen"),
                outlined,
                said,
                head,
                table,
                legend,
            )
        )
    return found


def concentration(export: Export, period: Period) -> Picture | None:
    """What the ten largest suppliers got; None with too few to show."""
    share, facts = decimal(export["figures"]["top_share"]), export["facts"]
    if share is None:
        return None
    whole = Money.of(export["figures"]["bridge"]["total"]["d1"])
    top = Money.of(facts["top_amount"])
    count = facts["top_suppliers"]
    finding = _(
        "De %(num)s grootste leveranciers krijgen %(share)s van het geld", num=count, share=percent(share)
    )
    names = [_("De grootste %(num)s", num=count), _("Alle andere leveranciers")]
    rows = [[names[0], percent(share), (money(top), lines_url(period))],
            [names[1], percent(1 - share), (money(whole - top), lines_url(period))]]  # fmt: skip
    parts = [
        ("local", share, f"{names[0]}: {percent(share, 0)}"),
        ("other", 1 - share, f"{names[1]}: {percent(1 - share, 0)}"),
    ]
    said = _("Eén balk: het donkere deel ging naar de grootste leveranciers.")
    return Picture(
        finding,
        stack_chart([Stack(_("Alle inkoop"), parts)]),
        said,
        [_("Wie"), (_("Deel"),), (_("Bedrag"),)],
        rows,
    )


def novelty(export: Export, period: Period) -> Picture | None:
    """Which local suppliers are new, and which were there; None while there are no local ones to show."""
    shares = {key: decimal(each) for key, each in export["figures"]["by_novelty"].items()}
    if all(each is None for each in shares.values()):
        return None
    unknown = shares[POOLED] or Decimal(0)
    if unknown >= 1:
        finding = _("Van lokale leveranciers is nog niet bekend of ze nieuw zijn")
    elif shares.get("new"):
        finding = _(
            "Nieuw in het gebied: leveranciers met %(share)s van het lokale geld",
            share=percent(shares["new"]),
        )
    else:
        finding = _("Geen bewezen nieuwe leveranciers: het lokale geld gaat naar wie er al was")
    texts = {
        **{each.value: _(NOVELTY_TEXT[each]) for each in Novelty},
        POOLED: _("Niet bekend, of te weinig om te tonen"),
    }
    bars = [
        Bar(texts[row["id"]], max(net(row), 0), f"{_euros(net(row))} ({percent(shares[row['id']], 0)})",
            weak=row["id"] == POOLED)
        for row in export["novelty"]
    ]  # fmt: skip
    rows = [
        [texts[row["id"]], number(row["suppliers"]), (money(Money(net(row))), lines_url(period, standing="local"))]
        for row in export["novelty"]
    ]  # fmt: skip
    text = _("Een balk per soort lokale leverancier. Nieuw: begonnen in het jaar voor de periode of later.")
    return Picture(finding, bar_chart(bars), text, [_("Soort"), (_("Leveranciers"),), (_("Bedrag"),)], rows)


def payment_days(export: Export, period: Period) -> Picture | None:
    """How fast anchors paid what they paid here; None with too few invoices."""
    days = {key: Decimal(each) for key, each in export["figures"]["payment_days"].items()}
    if not days:
        return None
    paid = sorted(export["payments"], key=lambda row: (days[row["anchor"]], row["anchor"]))
    name, first = anchor_name(export, paid[0]["anchor"]), days[paid[0]["anchor"]]
    finding = (
        _("%(name)s betaalt het snelst: na gemiddeld %(num)s dagen", name=name, num=number(round(first)))
        if len(paid) > 1 else _("%(name)s betaalt na gemiddeld %(num)s dagen", name=name, num=number(round(first)))
    )  # fmt: skip
    bars = [
        Bar(_short(anchor_name(export, row["anchor"]), 38), days[row["anchor"]],
            _("%(num)s dagen", num=number(round(days[row["anchor"]]))))
        for row in paid
    ]  # fmt: skip
    rows = [
        [anchor_name(export, row["anchor"]), number(round(days[row["anchor"]])),
         (number(row["paid"]), url_for("payments.days", period=str(period))), number(row["within_30_days"])]
        for row in paid
    ]  # fmt: skip
    head = [_("Koper"), (_("Dagen"),), (_("Betaald"),), (_("Binnen 30 dagen"),)]
    target = Target(STATUTORY_DAYS, _("%(num)s dagen: de wet", num=STATUTORY_DAYS))
    text = _("Een balk per koper: hoeveel dagen tot een factuur is betaald.")
    return Picture(finding, bar_chart(bars, target=target), text, head, rows)
