"""What an award letter says, from what was frozen when it was sent. Always Dutch: it has legal effect.

Made twice it is the same file: nothing in it is read from anything that may change after sending. What was told later
(a longer standstill, a decision taken back, a lot that stopped) stands before it with its day, and is never changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cwb.documents.rules import (
    Block,
    Cell,
    Code,
    Document,
    Facts,
    Heading,
    Items,
    Link,
    Note,
    Paragraph,
    Table,
    Words,
)
from cwb.kernel.clock import local_date
from procurement.awards.rules import explains, next_steps, strongest

WORDS = Words("nl")

PERCENT_METHODS = frozenset({"meat_coefficient"})
"""Methods in which quality is worth percents."""

PRICE_ALONE = frozenset({"lowest_price", "life_cycle_cost"})
"""Methods without scores."""

HOW = {
    "value_award": "Kwaliteit telt hier als korting in euro. ",
    "meat_coefficient": "Kwaliteit telt hier als korting in procenten. ",
    "lowest_price": "Alleen de prijs telt. ",
    "life_cycle_cost": "Alle kosten over de levensduur tellen; een later bedrag telt minder zwaar. ",
    "log_price": "De prijspunten volgen uit de laagste ontvangen prijs. ",
    "relative_price": "De prijspunten volgen uit de laagste ontvangen prijs. ",
    "superformule": "Kwaliteit en prijs tellen elk als getal en worden opgeteld. ",
}
"""Method → how its figures are read."""

LOWEST_WINS = frozenset({"value_award", "meat_coefficient", "lowest_price", "life_cycle_cost"})
"""Methods in which the lowest total wins: it is an amount in euro."""

FAULTS = {
    "unreadable": "de envelop was niet te lezen: het zegel was beschadigd",
    "hash": "het controlegetal klopte niet",
    "other_tender": "de envelop hoorde bij een andere aanbesteding",
    "other_lot": "de envelop hoorde bij een ander perceel",
    "other_bid": "de envelop hoorde bij een andere inschrijving",
    "other_version": "de envelop hoorde bij een andere versie",
    "content": "de inhoud was geen inschrijving",
    "replaced": "de envelop verschilde van uw eigen kopie",
}
"""Fault of an envelope → its text."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter as it went out. `content` is what was fixed then; `last_day` the last day of the standstill."""

    number: str
    title: str
    buyer: str
    bidder: str
    result: str
    advantages: str
    lesson: str
    content: Mapping[str, Any]
    sent_at: datetime
    last_day: date
    days: int
    article: str
    contact_name: str
    contact_email: str
    contact_phone: str
    formula: str = ""
    later: Sequence["Later"] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """What was told after a letter went out: when, and why. `last_day`: how long the standstill runs since then."""

    at: datetime
    said: str
    reason: str
    last_day: date | None = None


def longer(at: datetime, last_day: date, reason: str) -> Later:
    """The standstill of the lot runs longer."""
    return Later(at, f"De wachttijd duurt langer: tot en met {WORDS.day(last_day)}.", reason, last_day)


def taken_back(at: datetime, reason: str) -> Later:
    """The decision does not hold any more."""
    return Later(at, "Dit besluit is ingetrokken. Deze brief geldt niet meer.", reason)


def stopped(at: datetime, reason: str) -> Later:
    """The lot was stopped."""
    return Later(at, "Dit perceel is gestopt.", reason)


def _later(sent: Sent) -> list[Block]:
    return [
        Note(f"Na het versturen, op {WORDS.day(local_date(each.at))}", f"{each.said}\n{each.reason}")
        for each in sorted(sent.later, key=lambda each: each.at)
    ]


def letter(sent: Sent) -> Document:
    """The award letter of one bidder."""
    blocks: list[Block] = [
        Facts([
            ("Van", sent.buyer), ("Aan", sent.bidder), ("Datum", WORDS.day(local_date(sent.sent_at))),
            ("Aanbesteding", Code(sent.number)), ("Titel", sent.title), *_lot(sent),
        ]),
        *_later(sent), Note("Kort gezegd", _summary(sent)), Heading("De beslissing"), *_decision(sent),
        *_along(sent), *_scores(sent),
    ]  # fmt: skip
    if explains(sent.result, sent.content):
        blocks += _why(sent)
    elif sent.advantages:
        title = "Waarom u" if sent.result == "won" else "Wat de winnaar beter deed"
        blocks += [Heading(title), Paragraph(sent.advantages)]
    if sent.lesson:
        blocks += [Heading("Voor de volgende keer"), Paragraph(sent.lesson)]
    if explains(sent.result, sent.content):
        blocks += [Heading("Wat er nu gebeurt"), Items(next_steps(WORDS.day(sent.last_day)), numbered=True)]
    blocks += _objection(sent)
    return Document(
        f"Gunningsbeslissing {sent.number}", "nl", sent.sent_at, blocks, sender=sent.buyer, mark=sent.number,
        page="Bladzijde {n} van {m}",
    )  # fmt: skip


def _lot(sent: Sent) -> list[tuple[str, Cell]]:
    """The lot of a divided tender."""
    lot = sent.content.get("lot")
    return [("Perceel", f"{lot['number']}. {lot['title']}")] if lot else []


def _what(sent: Sent) -> str:
    return "dit perceel" if sent.content.get("lot") else "de opdracht"


def _several(sent: Sent) -> str:
    """Everybody a framework is awarded to, in one line; empty where there is one winner."""
    names = [each["name"] for each in sent.content.get("winners") or ()]
    return f"{', '.join(names[:-1])} en {names[-1]}" if names else ""


def _place(sent: Sent) -> str:
    own = sent.content.get("own") or {}
    return f"U eindigde als nummer {own.get('rank')} van {sent.content['bids']}."


def _limited(sent: Sent) -> str:
    """Who reached the limit: the bidder, or by name a member of those who bid together."""
    most, names = sent.content.get("most_lots_won"), sent.content.get("limited_by")
    if names:
        return f"{names} wint al het hoogste aantal percelen ({most}). Elk lid van een combinatie telt mee."
    return f"U wint al het hoogste aantal percelen ({most})."


def _summary(sent: Sent) -> str:
    until = WORDS.day(sent.last_day)
    several = _several(sent)
    if sent.result == "won" and several:
        return (
            f"Wij willen u opnemen in de raamovereenkomst. {_place(sent)} Dit is nog niet definitief.\n"
            f"Wij wachten tot en met {until}. Anderen kunnen tot dan bezwaar maken."
        )
    if sent.result == "won":
        return (
            f"Wij willen {_what(sent)} aan u gunnen. Dit is nog niet definitief.\n"
            f"Wij wachten tot en met {until}. Anderen kunnen tot dan bezwaar maken."
        )
    first = {
        "lost": f"Uw inschrijving is niet gekozen. {_place(sent)}",
        "limited": f"{_limited(sent)} Daarom krijgt u dit perceel niet.",
        "knocked_out": "Uw inschrijving viel af. Zij haalde een vooraf bekende grens niet.",
        "disqualified": "Uw inschrijving deed niet mee. De reden staat hieronder.",
        "damaged": "Uw inschrijving kon niet worden gelezen. De reden staat hieronder.",
    }[sent.result]
    winner = sent.content["winner"]
    goes_to = (
        f"Wij willen gunnen aan {several or winner['name']}." if winner else "Niemand krijgt dit perceel."
    )
    return (
        f"{first}\n{goes_to}\n"
        f"Bent u het niet eens? Ga dan uiterlijk {until} naar de rechter. Bel of mail ons eerst."
    )


def _decision(sent: Sent) -> list[Block]:
    winner, own = sent.content["winner"], sent.content.get("own") or {}
    price = WORDS.money(winner["price_minor"]) if winner else ""
    blocks: list[Block] = []
    if sent.result == "won" and sent.content.get("winners"):
        blocks.append(Paragraph(
            f"Wij zijn voornemens {_what(sent)} te gunnen aan {len(sent.content['winners'])} partijen naast elkaar. "
            f"U bent er één van, voor {WORDS.money(own['price_minor'])} zonder btw. "
            "Deze mededeling is geen aanvaarding van uw aanbod. "
            "Een overeenkomst ontstaat pas als u en de koper tekenen."
        ))  # fmt: skip
        return [*blocks, *_parties(sent)]
    if sent.result == "won":
        blocks.append(Paragraph(
            f"Wij zijn voornemens {_what(sent)} te gunnen aan {sent.bidder}, voor {price} zonder btw. "
            "Deze mededeling is geen aanvaarding van uw aanbod. "
            "Een overeenkomst ontstaat pas als beide partijen tekenen."
        ))  # fmt: skip
        return blocks
    if sent.result == "knocked_out":
        blocks.append(Paragraph(f"Uw inschrijving is ter zijde gelegd: {own.get('knocked_out')}."))
    elif sent.result == "disqualified":
        blocks.append(Paragraph(f"Uw inschrijving is ter zijde gelegd. De reden:\n{sent.content['reason']}"))
    elif sent.result == "damaged":
        fault = FAULTS.get(str(sent.content["fault"]), str(sent.content["fault"]))
        blocks.append(Paragraph(f"Bij de opening bleek: {fault}. De inhoud is daarom niet beoordeeld."))
    else:
        blocks.append(Paragraph(f"Uw inschrijving is geldig en beoordeeld. {_place(sent)}"))
    if sent.result == "limited":
        blocks.append(Paragraph(
            f"Eén partij wint hooguit zoveel percelen: {sent.content['most_lots_won']}. Welke u krijgt, volgt uit de "
            f"gepubliceerde regel en uw eigen voorkeur.{' Dit perceel gaat naar de volgende.' if winner else ''}"
        ))  # fmt: skip
    if not winner:
        blocks.append(Paragraph(f"Wij gunnen dit perceel aan niemand. De reden:\n{sent.content['failed']}"))
        return blocks
    if sent.content.get("winners"):
        blocks.append(Paragraph(
            f"Wij zijn voornemens {_what(sent)} te gunnen aan {_several(sent)}, als partijen naast elkaar. "
            "Deze mededeling is geen aanvaarding van hun aanbod. Uw scores staan naast die van nummer 1."
        ))  # fmt: skip
        return [*blocks, *_parties(sent)]
    blocks.append(Paragraph(
        f"Wij zijn voornemens {_what(sent)} te gunnen aan {winner['name']}, voor {price} zonder btw. "
        "Deze mededeling is geen aanvaarding van het aanbod van de winnaar."
    ))  # fmt: skip
    return blocks


def _along(sent: Sent) -> list[Block]:
    """What happened on the way: a tie, a paper made up, a bid scored anew (letters of before know nothing of these)."""
    said, content = list[str](), sent.content
    if content.get("tie"):
        with_whom = "een andere inschrijving" if sent.result == "won" else "een inschrijving die voorgaat"
        said.append(f"U eindigde gelijk met {with_whom}. Zo is beslist wie voorgaat:\n{content['tie']}")
    if content.get("repaired"):
        said.append(
            "U vulde na de opening een formeel stuk aan. Dat is aanvaard: uw inschrijving telde gewoon mee."
        )
    for each in content.get("anew") or ():
        whose = "Uw inschrijving" if each["own"] else "Een andere inschrijving"
        why = f"Waarom: {each['why']}. Waarop: {', '.join(each['parts'])}.\n{each['reason']}".rstrip()
        said.append(f"{whose} is op {WORDS.day(date.fromisoformat(each['on']))} opnieuw beoordeeld. {why}")
    return [Paragraph(each) for each in said]


def _parties(sent: Sent) -> list[Block]:
    """The winners of a framework, best first, with price and outcome."""
    method = str(sent.content["method"])
    rows: list[Sequence[Cell]] = [
        [str(place), each["name"], WORDS.money(each["price_minor"]), _outcome(each["total"], method)]
        for place, each in enumerate(sent.content["winners"], start=1)
    ]
    return [
        Table(
            "Partijen bij de raamovereenkomst", ["Plaats", "Naam", "Prijs, zonder btw", "Uitkomst"], rows,
            frozenset({2, 3}), (1, 6, 3, 3),
        )
    ]  # fmt: skip


def _why(sent: Sent) -> list[Block]:
    """Why this bid wins: its place, its strongest part with what the team wrote, and the buyer's own words."""
    best = strongest(sent.content)
    own = sent.content.get("own") or {}
    lines = [_place(sent)] if own else []
    if own.get("rank") not in {None, 1} and not sent.content.get("winners"):
        lines.append("Wie hoger eindigde, krijgt dit niet. Daarom wint u.")
    if best is not None:
        points = _score(best["own"], str(sent.content["method"]))
        lines.append(f"Het sterkst was: {best['name']} ({points}).")
        lines += [f"Het team schreef daarover: {best['note']}"] if best["note"] else []
    said = [Paragraph(sent.advantages)] if sent.advantages else []
    return [Heading("Waarom u"), *([Paragraph(" ".join(lines))] if lines else []), *said]


def _costs(found: Sequence[Mapping[str, Any]]) -> list[Block]:
    """How the own costs over the life add up; letters of before know nothing of it."""
    rows: list[Sequence[Cell]] = [
        [
            each["name"] or "Prijs", f"{each['first']} - {each['last']}" if each["name"] else "bij de start",
            WORDS.money(each["amount"]), WORDS.money(each["worth"]),
        ]
        for each in found
    ]  # fmt: skip
    head = ["Kosten", "Jaren", "Per jaar", "Waarde nu"]
    return [Table("Zo telt uw aanbod op", head, rows, frozenset({2, 3}), (5, 2, 3, 3))] if rows else []


def _scores(sent: Sent) -> list[Block]:
    content, gaps = sent.content, sent.content.get("gaps") or []
    method = str(content["method"])
    if not content.get("own") or (not gaps and method not in PRICE_ALONE):
        return []
    alone = explains(sent.result, content) and not content.get("winners")
    rows: list[Sequence[Cell]] = [
        [
            each["name"] or "Prijs", _score(each["own"], method),
            *(() if alone else (_score(each["winner"], method),)), each["note"] or "–",
        ]
        for each in gaps
    ]  # fmt: skip
    lowest = content.get("lowest_wins", method in LOWEST_WINS)
    blocks: list[Block] = [Heading("Uw scores" if alone else "Uw scores naast die van de winnaar")]
    if rows:
        head = ["Onderdeel", "U", *(() if alone else ("De winnaar",)), "Toelichting van het team"]
        numbers, widths = (frozenset({1}), (4, 2, 8)) if alone else (frozenset({1, 2}), (4, 2, 2, 6))
        blocks.append(Table("Scores per onderdeel", head, rows, numbers, widths))
    blocks += _costs(content.get("cost_lines") or [])
    reference: list[tuple[str, Cell]] = []
    if content.get("lowest_price_minor") is not None:
        reference = [("Laagste ontvangen prijs", WORDS.money(content["lowest_price_minor"]))]
    won = _outcome(content["winner"]["total"], method) if content["winner"] else "geen winnaar"
    return [
        *blocks,
        Paragraph(f"{HOW.get(method, '')}{'De laagste' if lowest else 'De hoogste'} uitkomst wint."),
        Facts([
            ("Uw prijs, zonder btw", WORDS.money(content["own"]["price_minor"])),
            ("Uw uitkomst", _outcome(content["own"]["total"], method)),
            *(() if alone else (("Uitkomst van de winnaar", won),)),
            *reference, ("De formule", Code(sent.formula or content["formula"])),
        ]),
    ]  # fmt: skip


def _outcome(total: str, method: str) -> str:
    """A total, in euro where the method counts in euro."""
    return f"{'€ ' if method in LOWEST_WINS else ''}{WORDS.number(total)}"


def _score(value: str, method: str) -> str:
    if not value:
        return "–"
    if method in PERCENT_METHODS:
        return f"{WORDS.number(f'{(Decimal(value) * 100).normalize():f}')} %"
    return f"{'€ ' if method == 'value_award' else ''}{WORDS.number(value)}"


def _objection(sent: Sent) -> list[Block]:
    until = WORDS.day(sent.last_day)
    phone = f" of {sent.contact_phone}" if sent.contact_phone else ""
    recompute = (sent.content.get("own") or {}).get("label") if sent.content.get("file") else None
    blocks: list[Block] = [
        Heading("Wachttijd en bezwaar"),
        Paragraph(
            f"Wij tekenen geen overeenkomst tot en met {until}. Deze opschortende termijn duurt minstens "
            f"{sent.days} dagen en begint op de dag na het versturen van deze brief."
            + (f" Regel: {sent.article}." if sent.article else "")
        ),
        Items([
            f"Vraag eerst uitleg bij {sent.contact_name}: {sent.contact_email}{phone}.",
            "Dien een klacht in als er iets misging. U krijgt antwoord. De termijn loopt gewoon door.",
            f"Start uiterlijk {until} een kort geding bij de rechter. Wij wachten dan op het vonnis.",
        ], numbered=True),
        Paragraph("Wie niet op tijd naar de rechter gaat, kan dat later niet meer doen.", strong=True),
        Link("Schrijf naar:", f"mailto:{sent.contact_email}"),
    ]  # fmt: skip
    if recompute:
        blocks += [
            Heading("Zelf narekenen"),
            Paragraph("Bij de uitslag op de site staat een bestand. Daarmee rekent u uw uitkomst zelf na:"),
            Facts([("Opdracht", Code(f"cwb score {sent.number}-{recompute}.json"))]),
        ]
    blocks.append(
        Paragraph(
            "Wat andere inschrijvers aanboden blijft vertrouwelijk. Deze brief is geen juridisch advies."
        )
    )
    return blocks
