"""What stands in the report: everything of the figure from the signed export, and nothing that it does not hold."""

import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from cwb.documents.rules import (
    Block,
    Bounds,
    Code,
    Document,
    Facts,
    Heading,
    Items,
    Link,
    Paragraph,
    Table,
    Words,
)
from cwb.kernel.text import N_
from ledger.beside.rules import VERDICTS, drawn, finding_of
from ledger.disclosure.rules import POOLED
from ledger.rows.rules import UNTOLD, gaps_of, landed_told, untold
from ledger.share.rules import minor
from ledger.spend.rules import EXCLUSION_TEXT
from ledger.targets.rules import MEASURES, Verdict

PAGE = N_("Bladzijde {n} van {m}")
MOST_QUOTED, MOST_SAID = 3, 110
"""So many anchors are quoted in so many signs, that the report stays two pages; the rest stands with the figure."""


class Target(NamedTuple):
    """What was agreed for all anchors together: the measure, the share to reach, and what the lower bound says.

    `reached`: the lower bound itself, None without a figure.
    """

    measure: str
    share: Decimal
    verdict: Verdict
    reached: str | None = None


class Beside(NamedTuple):
    """What stands beside the figure: targets, what anchors said before it was signed, where the figure stands.

    No story: it is told after the signature and may be taken back, and what is signed stays as it is.
    """

    targets: Sequence[Target]
    comments: Sequence[tuple[str, str]]
    url: str


def percent(words: Words, ratio: str | None, places: int = 1) -> str:
    """A ratio of the export ("0.2368") as a percentage, with as many decimals in every cell as on the page."""
    return "–" if ratio is None else words.percent(Decimal(ratio), places)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def report(
    words: Words, body: Mapping[str, Any], beside: Beside, *, version: int, checksum: str, at: datetime
) -> Document:
    """The report of one published version, in the reader's language."""
    text, figures = words.text, body["figures"]
    total = figures["local_supplier_share"]["total"]
    names = {**body["anchors"], POOLED: text(N_("Andere kopers samen"))}
    finding = (
        text(N_("Er is geen cijfer over deze periode"))
        if total["lo"] is None
        else text(
            N_("%(share)s van de inkoop ging naar leveranciers in %(name)s"), share=_capital(span(words, total)),
            name=body["area"]["name"],
        )
    )  # fmt: skip
    outside = [each for each in body["area"]["variants"] if each["id"].startswith("without")]
    for each in outside:
        share = figures["local_supplier_share"]["variants"][each["id"]]
        finding += text(
            N_(" · %(name)s: %(share)s (%(verdict)s)"), name=each["name"], share=span(words, share),
            verdict=text(VERDICTS[share["publishable"]]),
        )  # fmt: skip
    blocks: list[Block] = [
        Paragraph(finding, strong=True), _headline(words, body), _cuts(words, body),
        *(Paragraph(_target(words, each)) for each in beside.targets),
        Heading(text(N_("Kopers naast elkaar"))), _drawing(words, body, names), _anchors(words, body, names),
        *_committed(words, body),
        Heading(text(N_("Van alle facturen naar wat wij meten"))), _bridge(words, body),
        Heading(text(N_("Wat veranderde er sinds de vorige periode?"))), _change(words, figures["change"]),
        Heading(text(N_("Wat wij niet weten"))), _unknown(words, body),
        Heading(text(N_("Wat kopers ervan zeggen"))), *_said(words, beside),
        Heading(text(N_("Reken het na"))), _papers(words, body, checksum),
        Link(text(N_("Een cijfer zegt niet alles. Het verhaal erbij en het getekende bestand staan op:")), beside.url),
    ]  # fmt: skip
    title = text(N_("Waar blijft het geld? %(period)s, versie %(num)s"), period=body["period"], num=version)
    return Document(
        title,
        words.language,
        at,
        blocks,
        sender=body["area"]["name"],
        mark=body["hash"][:16],
        page=text(PAGE),
        dense=True,
    )


def _headline(words: Words, body: Mapping[str, Any]) -> Facts:
    text, figures = words.text, body["figures"]
    total, landed = figures["local_supplier_share"]["total"], figures["landed_share"]
    floor = text(N_("nog niet gemeten"))
    if landed["measured"]:
        floor = text(
            N_("minstens %(floor)s, opgegeven door leveranciers van %(coverage)s van de inkoop"),
            floor=percent(words, landed["floor"]), coverage=percent(words, landed["coverage"]),
        )  # fmt: skip
    enough = text(VERDICTS[total["publishable"]])
    return Facts(
        [
            (text(N_("Bekend")), f"{percent(words, total['coverage'])} ({enough})"),
            (text(N_("Geland bij bewoners")), floor),
            (text(N_("Inkoop bij anderen (D1)")), words.money(minor(total["total"]))),
            (text(N_("Tien grootste leveranciers")), percent(words, figures["top_share"])),
            (text(N_("Bewezen lokale leveranciers")), _count(words, figures["local_suppliers"])),
        ]
    )


def _count(words: Words, number: int | None) -> str:
    return words.text(N_("minder dan 5")) if number is None else words.number(number)


def _share(words: Words, share: Mapping[str, Any]) -> str:
    return f"{percent(words, share['lo'])} – {percent(words, share['hi'])}"


def _cuts(words: Words, body: Mapping[str, Any]) -> Table:
    """The figure with and without the business park, for the focus buurten, and for the areas around: each judged."""
    text, shares = words.text, body["figures"]["local_supplier_share"]
    every = [(body["area"]["name"], shares["total"])]
    every += [
        (each["name"], shares[part][each["id"]])
        for part in ("variants", "around")
        for each in body["area"][part]
    ]
    rows = [
        [name, _share(words, each), percent(words, each["coverage"]), text(VERDICTS[each["publishable"]])]
        for name, each in every
    ]
    head = [text(N_("Wat telt als lokaal")), text(N_("Deel lokaal")), text(N_("Bekend")), text(N_("Oordeel"))]
    caption = text(N_("Met en zonder deel van het gebied"))
    return Table(caption, head, rows, figures=frozenset({1, 2}), widths=(5, 4, 2, 4))


def _drawing(words: Words, body: Mapping[str, Any], names: Mapping[str, str]) -> Bounds:
    """The shares of anchors between their bounds; the heading says only what their bounds carry."""
    text, shares = words.text, body["figures"]["local_supplier_share"]["by_anchor"]
    rows, found = [], {}
    for key, each in shares.items():
        lo, hi = drawn(*(None if each[bound] is None else Decimal(each[bound]) for bound in ("lo", "hi")))
        said = span(words, each) if lo is not None else text(N_("geen deel te geven"))
        if not each["publishable"]:
            said = f"{said}: {text(VERDICTS[False])}"
        rows.append((names.get(key, key), said, *("" if bound is None else str(bound) for bound in (lo, hi))))
        found[key] = lo, hi, each["publishable"] and lo is not None
    kind, whose, floor = finding_of(found)
    finding = text(
        {
            "none": N_("Van geen enkele koper is genoeg bekend voor een vergelijking"),
            "one": N_("Alleen van %(name)s is genoeg bekend: %(span)s is lokaal"),
            "first": N_("%(name)s koopt het meest lokaal: minstens %(lo)s"),
            "open": N_(
                "Wie het meest lokaal koopt, staat niet vast. Bij elke koper met genoeg bewijs: minstens %(lo)s"
            ),
        }[kind],
        name=names.get(whose or "", ""), span=span(words, shares[whose]) if whose else "",
        lo=percent(words, str(shares[whose]["lo"]) if whose else None if floor is None else str(floor)),
    )  # fmt: skip
    alt = text(N_("Balken van het laagste tot het hoogste mogelijke deel lokaal, per koper:"))
    return Bounds(finding, f"{alt} {'; '.join(f'{row[0]} {row[1]}' for row in rows)}", rows)


def _target(words: Words, target: Target) -> str:
    text = words.text
    said = {
        Verdict.MET: N_("Doel: %(what)s, minstens %(share)s. De ondergrens haalt dat."),
        Verdict.NOT_MET: N_(
            "Doel: %(what)s, minstens %(share)s. De ondergrens is %(lo)s: dat is nog niet genoeg."
        ),
        Verdict.NO_FIGURE: N_("Doel: %(what)s, minstens %(share)s. Er is geen cijfer om het aan te toetsen."),
        Verdict.AFTERWARDS: N_(
            "Doel: %(what)s, minstens %(share)s. Het is afgesproken toen deze periode al voorbij was."
        ),
    }[target.verdict]
    what = text(MEASURES[target.measure])
    lo = percent(words, target.reached, 2)  # 24.99 is not 25
    return text(said, what=what[:1].lower() + what[1:], share=percent(words, str(target.share)), lo=lo)


def _anchors(words: Words, body: Mapping[str, Any], names: Mapping[str, str]) -> Table:
    """Anchors side by side: what is local with its verdict, what landed, what was committed for how long."""
    text, figures = words.text, body["figures"]
    shares, floors = figures["local_supplier_share"]["by_anchor"], figures["landed_share"]["by_anchor"]
    landed = {key: each["floor"] for key, each in floors.items() if each["measured"]}
    made = figures.get("commitments", {}).get("by_anchor", {})
    head = [
        text(N_("Koper")), text(N_("Deel lokaal")), text(N_("Geland, minstens")), text(N_("Inkoop")),
        text(N_("Contracten")), text(N_("Toegezegd, zonder btw")),
    ]  # fmt: skip
    rows = []
    for key in [*shares, *(each for each in made if each not in shares)]:
        share, promised = shares.get(key), made.get(key)
        local, length = "–", "–" if "commitments" not in figures else "0"
        if share is not None:
            known = text(N_("bekend: %(share)s"), share=percent(words, share["coverage"]))
            local = f"{_share(words, share)}\n{known}, {text(VERDICTS[share['publishable']])}"
        if promised is not None:
            length = text(
                N_("%(num)s, gemiddeld %(months)s maanden"), num=promised["contracts"],
                months=words.number(Decimal(promised["months"])),
            )  # fmt: skip
        rows.append(
            [
                names.get(key, key), local, percent(words, landed.get(key)),
                words.money(minor(share["total"]) if share else None), length,
                words.money(minor(promised["amount"])) if promised else "–",
            ]
        )  # fmt: skip
    caption = text(N_("Lokaal, geland en toegezegd per koper"))
    return Table(caption, head, rows, figures=frozenset({1, 2, 3, 5}), widths=(5, 5, 3, 4, 4, 4))


def _committed(words: Words, body: Mapping[str, Any]) -> list[Block]:
    """What was paid without euros; nothing of an export that does not hold it."""
    return [Paragraph(_paid(words, body["without_euros"]))] if "without_euros" in body else []


def _bridge(words: Words, body: Mapping[str, Any]) -> Table:
    text, bridge = words.text, body["figures"]["bridge"]["total"]
    rows = [[text(N_("D0: alles wat is gefactureerd")), words.money(minor(bridge["d0"]))]]
    rows += [
        [
            text(N_("af: %(what)s"), what=f"{step['code']} {text(EXCLUSION_TEXT[step['code']])}"),
            words.money(minor(step["amount"])),
        ]
        for step in bridge["steps"]
        if step["lines"]
    ]
    rows.append([text(N_("D1: inkoop bij anderen")), words.money(minor(bridge["d1"]))])
    rows.append([text(N_("D2: nu te beïnvloeden")), _influenceable(words, bridge)])
    head = [text(N_("Stap")), text(N_("Bedrag"))]
    return Table(
        text(N_("Van D0 naar D1 en D2, alle kopers samen")),
        head,
        rows,
        figures=frozenset({1}),
        widths=(3, 2),
        whole=True,
    )


def _influenceable(words: Words, bridge: Mapping[str, Any]) -> str:
    """D2 in the words of the page: at least what is known, and nothing where nothing is."""
    if bridge["d2"] is not None:
        return words.money(minor(bridge["d2"]))
    least = minor(bridge["influenceable"])
    if least <= 0:
        return words.text(N_("nog niet te geven"))
    return words.text(N_("minstens %(amount)s"), amount=words.money(least))


def span(words: Words, share: Mapping[str, str | None]) -> str:
    """Bounds in words; one figure where both read the same."""
    lo, hi = percent(words, share["lo"]), percent(words, share["hi"])
    return lo if lo == hi else words.text(N_("tussen %(lo)s en %(hi)s"), lo=lo, hi=hi)


def _change(words: Words, change: Mapping[str, Any] | None) -> Block:
    text = words.text
    if change is None or change["lo"] is None:
        return Paragraph(text(N_("Er is geen eerdere periode om mee te vergelijken.")))
    found = {
        name: words.decimals(Decimal(change["lo"][name]) * 100, 2)
        for name in ("change", "numerator", "denominator")
    }
    return Paragraph(
        text(
            N_(
                "De ondergrens ging van %(before)s in %(period)s naar %(after)s: %(change)s procentpunt. Daarvan komt "
                "%(numerator)s door lokale inkoop en %(denominator)s door de totale inkoop. Vergeleken zijn de kopers "
                "die in beide periodes meetellen: %(num)s."
            ),
            before=percent(words, change["lo"]["before"]), after=percent(words, change["lo"]["after"]),
            period=change["from"], num=len(change["cohort"]), **found,
        )
    )  # fmt: skip


def _paid(words: Words, paid: Sequence[Mapping[str, str]] | None) -> str:
    text = words.text
    if paid is None:
        return text(
            N_("Waarvan betaald in lokale munt of verrekend: %(amount)s. Geen koper gebruikt dat al."),
            amount=words.money(0),
        )  # fmt: skip
    amounts = ", ".join(
        words.money(int(Decimal(each["paid"]) * 100))
        if each["currency"] == "EUR"
        else f"{words.number(Decimal(each['paid']))} {each['currency']}"
        for each in paid
    )
    return text(
        N_("Waarvan betaald in lokale munt of verrekend: %(amount)s."), amount=amounts or words.money(0)
    )


def _unknown(words: Words, body: Mapping[str, Any]) -> Items:
    text, figures = words.text, body["figures"]
    total, bridge = figures["local_supplier_share"]["total"], figures["bridge"]["total"]
    said = []
    for each in gaps_of(body):
        for names, missing in (
            (each.half, N_("Van %(quarter)s is maar een deel aangeleverd door: %(names)s.")),
            (each.nothing, N_("Van %(quarter)s is niets aangeleverd door: %(names)s.")),
        ):
            if names:
                said.append(text(missing, quarter=each.quarter, names=", ".join(names)))
    if landed_told(body) and (names := untold(body)):
        said.append(f"{text(UNTOLD)} {text(N_('Het gaat om:'))} {', '.join(names)}.")
    if total["coverage"] is not None:
        rest = str(1 - Decimal(total["coverage"]))
        said.append(
            text(N_("Van %(rest)s van de inkoop weten wij de plaats niet."), rest=percent(words, rest))
        )
    if bridge["d2"] is None:
        amount = words.money(minor(bridge["influence_unknown"]))
        said.append(
            text(N_("Van %(amount)s is geen contract bekend."), amount=amount)
            + " "
            + text(N_("Groepen van minder dan vijf leveranciers tellen daarbij mee."))
        )
    if withheld := body["facts"]["withheld_cells"]:
        said.append(
            text(N_("%(num)s groepen van minder dan vijf leveranciers tonen wij niet."), num=withheld)
        )
    said += [
        text(N_("Van leveranciers die niets opgaven, weten wij niet wat er landt.")),
        text(
            N_(
                "Of lokale inkoop werk of inkomen oplevert, zegt dit cijfer niet. Het meet waar geld heen gaat."
            )
        ),
    ]
    return Items(said)


def _said(words: Words, beside: Beside) -> list[Block]:
    """What anchors said of the figure, in their own words, shortened; the whole stands with the figure."""
    if not beside.comments:
        return [Paragraph(words.text(N_("Geen koper reageerde op dit cijfer.")))]
    quoted = [
        f"{name}: “{textwrap.shorten(said, MOST_SAID, placeholder=' …')}”"
        for name, said in beside.comments[:MOST_QUOTED]
    ]
    if (more := len(beside.comments) - MOST_QUOTED) > 0:
        quoted.append(words.text(N_("Nog %(num)s reacties staan bij het cijfer."), num=more))
    return [Items(quoted)]


def _papers(words: Words, body: Mapping[str, Any], checksum: str) -> Facts:
    text, area = words.text, body["area"]
    return Facts(
        [
            (text(N_("Gebied en meting")), f"{area['id']} {area['version']}, {body['definition']}"),
            (text(N_("Controlegetal")), Code(body["hash"])),
            (text(N_("SHA-256 van het bestand")), Code(checksum)),
        ]
    )
