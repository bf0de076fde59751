"""The pictures of a figure, for its page: a finding made from the export, a drawing, a table that leads to lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from cwb.boundaries.views import boundary_map
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from cwb.web import flows as drawing
from cwb.web.charts import Bar, Stack, Target, Tile, bar_chart, stack_chart, tile_map
from cwb.web.i18n import _, money, number, percent
from cwb.web.templates import url_for
from ledger.beside.rules import leader
from ledger.beside.views import (
    Export,
    Picture,
    anchor_name,
    area,
    category_name,
    decimal,
    lines_url,
    short,
)
from ledger.cuts.rules import ceiling, net
from ledger.disclosure.rules import POOLED
from ledger.novelty.rules import NOVELTY_TEXT, Novelty
from ledger.payments.rules import STATUTORY_DAYS
from ledger.pictures.rules import LIMITS, REST, Flow, at_least, drawn, flows, shade


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
        [drawing.Node(key, anchor_name(export, key)) for key in dict.fromkeys(f.anchor for f in every)],
        [drawing.Node(key, short(_sector(export, key), 24)) for key in _sectors(shown)],
        [
            drawing.Node(each, str(_(name)), KINDS[each], _euros(sums[each]))
            for each, name in PLACES.items()
        ],
    ]  # fmt: skip
    rows = [
        [
            f"{anchor_name(export, anchor)}: {category_name(export, sector)}",
            *(_opens(_of(every, anchor, sector, each), period, anchor=anchor, category=sector, standing=each)
              for each in PLACES),
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


def _opens(amount: int, period: Period, **filters: str) -> object:
    """An amount with its lines; what nobody paid has none."""
    return (money(Money(amount)), lines_url(period, **filters)) if amount else money(Money(0))


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


def _stacks(export: Export, shown: Sequence[Flow], sectors: Iterable[str]) -> list[Stack]:
    """A bar per buyer and then per sector for a phone, with its parts in words."""
    buyers = [
        _stack(_("Koper: %(name)s", name=anchor_name(export, key)), [f for f in shown if f.anchor == key])
        for key in dict.fromkeys(each.anchor for each in shown)
    ]
    return buyers + [
        _stack(_("Soort: %(name)s", name=_sector(export, key)), [f for f in shown if f.sector == key])
        for key in sectors
    ]


def _stack(label: str, mine: Sequence[Flow]) -> Stack:
    sums = {each: sum(f.amount for f in mine if f.standing == each) for each in PLACES}
    whole = sum(sums.values())
    parts = [
        (KINDS[each], amount, f"{_(PLACES[each])}: {percent(_part(amount, whole), 0)}")
        for each, amount in sums.items()
    ]
    return Stack(label, parts)


def wijken(export: Export, period: Period) -> list[Picture]:
    """The wijken as tiles and, where boundaries were imported, as a map."""
    shares = export["figures"]["local_supplier_share"]["by_wijk"]
    counts = {row["id"]: row for row in export["wijken"]}
    tiles, rows = [], []
    for code, wijk in area().wijken.items():
        share = shares.get(code)
        lo = decimal(share["lo"]) if share else None
        told = at_least(lo, decimal(share["hi"])) if share else None
        said = _("minstens %(share)s", share=percent(told)) if told is not None else "–"
        href = lines_url(period, wijk=code) if share else ""
        bare = percent(told) if told is not None else "–"
        tiles.append(Tile(code, wijk.name, wijk.tile_column, wijk.tile_row, said, shade(told), href, bare))
        if share:
            cells = [bare, percent(decimal(share["hi"])), number(counts[code]["suppliers"]),
                     _opens(net(counts[code]), period, wijk=code), share["publishable"]]  # fmt: skip
        else:
            cells = ["–", "–", _("minder dan 5"), _("tonen wij niet"), "–"]
        rows.append((lo or Decimal(-1), [f"{code} {wijk.name}", *cells]))
    rows.sort(key=lambda row: -row[0])
    finding = _of_wijken(export)
    head = [
        _("Wijk"), (_("Minstens"),), (_("Hooguit"),), (_("Bewezen leveranciers"),), (_("Bedrag"),), _("Oordeel"),
    ]  # fmt: skip
    ends = [percent(each) for each in LIMITS[1:]]
    legend = [_("%(share)s van alle inkoop", share=percent(0)), *(_("tot en met %(top)s", top=each) for each in ends),
              _("meer dan %(top)s", top=ends[-1])]  # fmt: skip
    text = _("Een tegel per wijk met het deel van alle inkoop dat er minstens heen gaat. Donkerder is meer.")
    table = [row for _lo, row in rows]
    found = Picture(finding, tile_map(tiles), text, head, table, legend)
    return [found, *_on_the_map(found, [replace(each, text=each.short) for each in tiles])]


def _on_the_map(found: Picture, tiles: Sequence[Tile]) -> list[Picture]:
    """The same within the boundaries that were imported. A narrow wijk has room for the figure alone."""
    outlined = boundary_map(tiles)
    if outlined is None:
        return []
    said = _(
        "De wijken binnen hun grenzen, met dezelfde cijfers. Donkerder is meer; gestreept tonen wij niet."
    )
    finding = _("Dezelfde cijfers op de kaart: minstens zoveel gaat er heen")
    return [replace(found, finding=finding, chart=outlined, description=said)]


def _of_wijken(export: Export) -> str:
    """What is certain of the wijken. One that is not shown may have anything up to its ceiling."""
    share = export["figures"]["local_supplier_share"]
    shown = {code: (decimal(each["lo"]), decimal(each["hi"])) for code, each in share["by_wijk"].items()}
    whole = Money.of(share["total"]["total"]).minor
    away = {
        code: (Decimal(0), _part(ceiling(export, code), whole)) for code in area().wijken if code not in shown
    }
    most, code = max(
        ((lo or Decimal(0), code) for code, (lo, _hi) in shown.items()), default=(Decimal(0), "")
    )
    if most <= 0:
        return _("Van nog geen wijk is bewezen dat er geld heen gaat")
    facts = {"wijk": f"{code} {area().wijken[code].name}", "lo": percent(most)}
    if leader(shown | away) == code:
        return _("Het meeste gaat naar %(wijk)s: minstens %(lo)s van alle inkoop", **facts)
    return _(
        "Naar %(wijk)s gaat minstens %(lo)s van alle inkoop. Welke wijk het meeste krijgt, staat niet vast",
        **facts,
    )


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
    rows = [[names[0], percent(share), _opens(top.minor, period, top="largest")],
            [names[1], percent(1 - share), _opens((whole - top).minor, period, top="others")]]  # fmt: skip
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
    """Which local suppliers are new, and which were there; None while there are no local ones to show.

    A kind of too few to show is in the last row: a nought of its own would say that there are none.
    """
    shares = {key: decimal(each) for key, each in export["figures"]["by_novelty"].items()}
    if all(each is None for each in shares.values()):
        return None
    texts = {
        **{each.value: _(NOVELTY_TEXT[each]) for each in Novelty},
        POOLED: _("Niet bekend, of te weinig om te tonen"),
    }
    seen = [row for row in export["novelty"] if row["suppliers"] or row["id"] == POOLED]
    bars = [
        Bar(texts[row["id"]], max(net(row), 0), f"{_euros(net(row))} ({percent(shares[row['id']], 0)})",
            weak=row["id"] == POOLED)
        for row in seen
    ]  # fmt: skip
    rows = [
        [texts[row["id"]], number(row["suppliers"]), _opens(net(row), period, novelty=row["id"])]
        for row in seen
    ]
    text = _("Een balk per soort lokale leverancier. Nieuw: begonnen in het jaar voor de periode of later.")
    head = [_("Soort"), (_("Leveranciers"),), (_("Bedrag"),)]
    return Picture(_of_novelty(shares), bar_chart(bars), text, head, rows)


def _of_novelty(shares: Mapping[str, Decimal | None]) -> str:
    """What is certain of who is new: what is not known may be either."""
    new, unknown = shares.get("new"), shares.get(POOLED) or Decimal(0)
    if unknown >= 1:
        return _("Van lokale leveranciers is nog niet bekend of ze nieuw zijn")
    if new:
        said = _(
            "Minstens %(share)s van het lokale geld gaat naar leveranciers die nieuw zijn in het gebied",
            share=percent(new),
        )
        rest = _("Van %(share)s weten wij het niet", share=percent(unknown))
        return f"{said}. {rest}" if unknown else said
    known = percent(1 - unknown)
    return _("Minstens %(share)s van het lokale geld gaat naar leveranciers die niet nieuw zijn", share=known)


def payment_days(export: Export, period: Period) -> Picture | None:
    """How fast anchors paid what they paid here; None with too few invoices."""
    days = {key: Decimal(each) for key, each in export["figures"]["payment_days"].items()}
    if not days:
        return None
    paid = sorted(export["payments"], key=lambda row: (days[row["anchor"]], row["anchor"]))
    first = paid[0]["anchor"]
    facts = {"name": anchor_name(export, first), "num": number(round(days[first]))}
    fastest = leader({row["anchor"]: (-days[row["anchor"]],) * 2 for row in paid}) == first
    finding = (
        _("%(name)s betaalt het snelst: na gemiddeld %(num)s dagen", **facts)
        if len(paid) > 1 and fastest else _("%(name)s betaalt na gemiddeld %(num)s dagen", **facts)
    )  # fmt: skip
    bars = [
        Bar(anchor_name(export, row["anchor"]), days[row["anchor"]],
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
