"""Shares beside each other, each with its bounds, its verdict and a link to its lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import current_app

from cwb.categories.rules import Category
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from cwb.places.gateway import area_pack
from cwb.places.rules import AreaPack, Variant
from cwb.web.charts import Span, interval_chart
from cwb.web.drawings import Chart
from cwb.web.i18n import _, language, money, percent
from cwb.web.templates import url_for
from ledger.beside.rules import NAMELESS, THIRD, VERDICTS, drawn, finding_of, hidden
from ledger.disclosure.rules import POOLED

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

    @property
    def beyond(self) -> bool:
        """Whether unproven credit notes dominate, so that a bound reads as less than nothing or more than all."""
        return self.lo is not None and self.hi is not None and drawn(self.lo, self.hi)[0] is None


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
    """Where the public groups of a figure are: the same sum for every reader, whoever may see single lines too.

    A filter that is "" or None asks for all, but for a category without a name.
    """
    if filters.get("category") == "":
        filters["category"] = NAMELESS
    return url_for(
        "spend.lines",
        period=str(period),
        view="groups",
        **{name: value for name, value in filters.items() if value},
    )


def figure(label: str, facts: Mapping[str, Any], period: Period, **filters: str) -> Figure:
    """A share of an export with where its lines are: what it divides by, so nothing of the closed list."""
    href = lines_url(period, **filters, exclusion=THIRD) if filters else ""
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
    """What another cut of the area is called; one that is gone keeps the name it had."""
    known: Variant | None = next((each for each in area().variants if each.id == variant["id"]), None)
    if known is None:
        return variant["name"]
    return known.name if language() == "nl" else known.name_en


def words() -> list[tuple[str, str]]:
    """What the short names on the page mean."""
    return [
        (
            "D0",
            _(
                "Alles wat leveranciers in deze periode factureerden aan de grote kopers. De factuurdatum telt."
            ),
        ),
        ("D1", _("D0 zonder wat geen inkoop bij anderen is, zoals belasting en loon.")),
        ("D2", _("Het deel van D1 dat een koper nu kan veranderen. Daarvoor moet het contract bekend zijn.")),
        (_("bekend"), _("Van dit deel van de inkoop weten wij of de leverancier lokaal is.")),
        (_("procentpunt"), _("Van 20 procent naar 22 procent is 2 procentpunt erbij.")),
        *((variant_name({"id": each.id}), _cut(each)) for each in area().variants),
    ]


def _cut(variant: Variant) -> str:
    """What another cut of the area leaves out or adds; the reason stands in the area pack, in Dutch alone."""
    if variant.gemeenten:
        said = _("Ook leveranciers in dit gebied om %(name)s heen tellen als lokaal.", name=area().name)
    elif variant.only_focus:
        said = _("Alleen leveranciers in een focusbuurt tellen mee als lokaal.")
    else:
        said = _(
            "Leveranciers in wijk %(codes)s tellen niet als lokaal.", codes=", ".join(variant.without_wijken)
        )
    return f"{said} {variant.why}" if language() == "nl" else str(said)


def anchor_name(export: Export, key: str) -> str:
    """What an anchor is called."""
    return str(_("Andere kopers samen")) if key == POOLED else str(export["anchors"].get(key, key))


def category_name(export: Export, key: str) -> str:
    """What a kind of purchasing is called."""
    if key == POOLED:
        return str(_("Kleine groepen samen"))
    return category_label(key, export["categories"].get(key, key))


def category_label(key: str, gone: str = "") -> str:
    """What a kind of purchasing is called now; `gone`: what it was called, where the area has it no more."""
    known: Category | None = next((each for each in area().categories if each.id == key), None)
    if known is None:
        return gone or key or _("Overig")
    return known.name if language() == "nl" else known.name_en


def span(lo: Decimal | None, hi: Decimal | None) -> str:
    """Bounds in words; one figure where both read the same."""
    if percent(lo) == percent(hi):
        return percent(lo)
    return _("tussen %(lo)s en %(hi)s", lo=percent(lo), hi=percent(hi))


def intervals(figures: Iterable[Figure]) -> Chart:
    """Shares with their bounds and how much is known. A bar is drawn only where the words beside it give a share."""
    spans = []
    for each in figures:
        text = span(each.lo, each.hi)
        known = _("bekend: %(share)s", share=percent(each.coverage)) if each.coverage is not None else ""
        said = _("geen deel te geven") if each.beyond else text if each.lo is not None else _("geen cijfer")
        if not each.publishable:
            said = f"{said}: {_(VERDICTS[False])}"
        spans.append(
            Span(each.label, *drawn(each.lo, each.hi), said, each.coverage, known, weak=not each.publishable)
        )  # fmt: skip
    return interval_chart(spans)


def short(text: str, most: int) -> str:
    """A name that fits in a drawing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _side_by_side(figures: Mapping[str, Figure], what: str, findings: Mapping[str, str]) -> Picture:
    """Shares beside each other, highest floor first; what has too little evidence stands below what has enough.

    The heading names the largest only where that is certain. What is put together (`POOLED`) is no rival of one.
    """
    found = sorted(figures.values(), key=lambda each: (not each.publishable, -(each.lo or 0), each.label))
    named = {key: (each.lo, each.hi, each.publishable) for key, each in figures.items() if key != POOLED}
    kind, key, floor = finding_of(named)
    one = figures.get(key or "")
    facts = (
        {"name": one.label, "lo": percent(one.lo), "span": span(one.lo, one.hi)}
        if one
        else {"lo": percent(floor)}
    )
    finding = _(findings[kind], **facts)
    away = hidden({key: each.total.minor for key, each in figures.items()})
    if away:
        rest = _("%(share)s van de inkoop zit in groepen die wij niet apart tonen", share=percent(away))
        finding = f"{finding}. {rest}"
    rows = [
        [
            each.label, percent(each.lo), percent(each.hi), percent(each.coverage), (money(each.total), each.href),
            each.publishable,
        ]
        for each in found
    ]  # fmt: skip
    head = [what, (_("Minstens"),), (_("Hooguit"),), (_("Bekend"),), (_("Inkoop"),), _("Oordeel")]
    said = _("Balken van het laagste tot het hoogste mogelijke deel, met hoeveel van de inkoop bekend is.")
    return Picture(finding, intervals(found), said, head, rows)


def anchors(export: Export, period: Period) -> Picture:
    """The anchors side by side."""
    shares = export["figures"]["local_supplier_share"]["by_anchor"]
    figures = {
        key: figure(anchor_name(export, key), each, period, anchor=key) for key, each in shares.items()
    }
    findings = {
        "none": N_("Van geen enkele koper is genoeg bekend voor een vergelijking"),
        "one": N_("Alleen van %(name)s is genoeg bekend: %(span)s is lokaal"),
        "first": N_("%(name)s koopt het meest lokaal: minstens %(lo)s"),
        "open": N_(
            "Wie het meest lokaal koopt, staat niet vast. Bij elke koper met genoeg bewijs: minstens %(lo)s"
        ),
    }
    return _side_by_side(figures, _("Koper"), findings)


def categories(export: Export, period: Period) -> Picture:
    """The kinds of purchasing side by side."""
    shares = export["figures"]["local_supplier_share"]["by_category"]
    figures = {
        key: figure(category_name(export, key), each, period, category=key) for key, each in shares.items()
    }
    findings = {
        "none": N_("Van geen enkele soort inkoop is genoeg bekend voor een vergelijking"),
        "one": N_("Alleen van %(name)s is genoeg bekend: %(span)s is lokaal"),
        "first": N_("%(name)s gaat het meest naar lokale leveranciers: minstens %(lo)s"),
        "open": N_(
            "Welke soort het meest lokaal is, staat niet vast. Bij elke soort met genoeg bewijs: minstens %(lo)s"
        ),
    }
    return _side_by_side(figures, _("Soort"), findings)
