"""What each paper says, in the reader's language. The award letter has a subject of its own (`procurement.letters`).

A paper is made of what was fixed before, and carries the moment of that act: made again, it is the same file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
from cwb.kernel.text import N_
from procurement.consortia.rules import SUBCONTRACTORS, backers, parties, percent
from procurement.lifecycle.rules import Cost

PAGE = N_("Bladzijde {n} van {m}")


@dataclass(frozen=True, slots=True)
class About:
    """The tender a paper belongs to: its number, its title, its buyer's name."""

    number: str
    title: str
    buyer: str

    def facts(self, words: Words) -> list[tuple[str, Cell]]:
        """What stands at the head of every paper."""
        return [
            (words.text(N_("Aanbesteding")), Code(self.number)),
            (words.text(N_("Titel")), self.title),
            (words.text(N_("Opdrachtgever")), self.buyer),
        ]


def _paper(
    words: Words, about: About, title: str, at: datetime, blocks: Sequence[Block], sender: str | None = None
) -> Document:
    return Document(
        title, words.language, at, blocks, sender=about.buyer if sender is None else sender, mark=about.number,
        page=words.text(PAGE),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer, and the part it is about. Who asked is not known here."""

    part: str
    text: str
    answer: str


def nota(
    words: Words, about: About, *, number: int, published_at: datetime, closes_at: datetime | None,
    questions: Sequence[Answered],
) -> Document:  # fmt: skip
    """A nota van inlichtingen: every question and answer of one publication, askers hidden."""
    text = words.text
    blocks: list[Block] = [
        Facts([
            *about.facts(words), (text(N_("Gepubliceerd")), words.moment(published_at)),
            (text(N_("Inschrijven kan tot")), words.moment(closes_at)),
        ]),
        Note(
            text(N_("Deze nota hoort bij de aanbesteding")),
            text(N_("Zij geldt voor iedereen vanaf hetzelfde moment. Wie een vraag stelde, blijft geheim.")),
        ),
    ]  # fmt: skip
    for place, each in enumerate(questions, start=1):
        blocks += [
            Heading(text(N_("Vraag %(num)s: %(part)s"), num=place, part=each.part)),
            Paragraph(each.text), Heading(text(N_("Antwoord")), 2), Paragraph(each.answer),
        ]  # fmt: skip
    title = text(N_("Nota van inlichtingen %(num)s"), num=number)
    return _paper(words, about, title, published_at, blocks)


@dataclass(frozen=True, slots=True)
class Received:
    """One handing in: its receipt number, version, moment and hash; `by` is who handed it in, for `bidder`."""

    bidder: str
    by: str
    receipt: str
    version: int
    at: datetime
    digest: str


def receipt(
    words: Words, about: About, handed: Received, *, closes_at: datetime | None, address: str,
    files: Sequence[tuple[str, int, str]] = (), content: Mapping[str, Any] | None = None,
) -> Document:  # fmt: skip
    """The proof that a bid was received. `files`: name, bytes, hash; `content`: what is in it, for who takes part."""
    text = words.text
    blocks: list[Block] = [
        Facts([
            *about.facts(words), (text(N_("Inschrijver")), handed.bidder), (text(N_("Ingediend door")), handed.by),
            (text(N_("Ontvangstnummer")), Code(handed.receipt)), (text(N_("Ontvangen")), words.moment(handed.at)),
            (text(N_("Versie")), words.number(handed.version)), (text(N_("Controlegetal")), Code(handed.digest)),
        ]),
        Note(
            text(N_("Uw inschrijving is verzegeld")),
            text(N_("Niemand kan haar lezen, ook de opdrachtgever niet. Twee mensen openen haar pas na de sluiting.")),
        ),
        *_others(words, content or {}), *_enclosed(words, files),
        Heading(text(N_("Wat gebeurt er nu?"))),
        Items([
            text(N_("Tot %(when)s kunt u uw inschrijving veranderen of intrekken."), when=words.moment(closes_at)),
            text(N_("Daarna openen twee mensen samen alle inschrijvingen. Dat komt in een verslag.")),
            text(N_("Een team beoordeelt zonder namen en prijzen te zien.")),
            text(N_("U krijgt een brief met uw scores en de redenen.")),
        ], numbered=True),
        Heading(text(N_("Bewaar dit bewijs"))),
        Paragraph(text(N_("Met het controlegetal (SHA-256) bewijst u later wat u indiende."))),
        Link(text(N_("Uw inschrijving:")), address),
    ]  # fmt: skip
    return _paper(words, about, text(N_("Ontvangstbewijs")), handed.at, blocks, handed.bidder)


def _enclosed(words: Words, files: Sequence[tuple[str, int, str]]) -> list[Block]:
    """The files that went along, each with its hash; nothing when there are none."""
    if not files:
        return []
    text = words.text
    head = [text(N_("Bestand")), text(N_("Grootte in kB")), text(N_("Controlegetal (SHA-256)"))]
    rows: list[list[Cell]] = [
        [name, words.number((size + 1023) // 1024), Code(digest, halves=True)] for name, size, digest in files
    ]
    return [
        Heading(text(N_("Bijlagen"))), Table(text(N_("Uw bijlagen")), head, rows, frozenset({1}), widths=(4, 2, 6)),
    ]  # fmt: skip


def together(words: Words, members: Sequence[tuple[str, str, int]]) -> list[Block]:
    """Who take part together: name, what it does, share in basis points; nothing for one alone."""
    if not members:
        return []
    text = words.text
    head = [text(N_("Lid")), text(N_("Wat doet dit lid?")), text(N_("Aandeel"))]
    rows = [(name, role, f"{words.number(percent(share))} %") for name, role, share in members]
    return [
        Heading(text(N_("Samen"))), Table(text(N_("Leden")), head, rows, frozenset({2}), (4, 5, 2)),
        Paragraph(text(N_("Elk lid staat in voor de hele opdracht (hoofdelijk aansprakelijk)."))),
    ]  # fmt: skip


def _others(words: Words, content: Mapping[str, Any]) -> list[Block]:
    """Members and subcontractors of a bid."""
    text = words.text
    blocks = together(words, [(each["name"], each["role"], each["share"]) for each in parties(content)])
    rows = [
        (each["name"], each["what"], f"{words.number(percent(each['share']))} %")
        for each in content.get(SUBCONTRACTORS, ())
    ]
    if rows:
        head = [text(N_("Naam")), text(N_("Wat doet zij?")), text(N_("Deel van het werk"))]
        blocks += [
            Heading(text(N_("Onderaannemers"))),
            Table(text(N_("Onderaannemers")), head, rows, frozenset({2}), (4, 5, 2)),
        ]
    return blocks + relied_on(
        words, [(each["name"], each["means"], each["promise"]) for each in backers(content)]
    )


def relied_on(words: Words, lent: Sequence[tuple[str, str, str]]) -> list[Block]:
    """On whose means one relies: name, means, promise; nothing for nobody."""
    if not lent:
        return []
    head = [words.text(N_("Naam")), words.text(N_("Wat leent zij?")), words.text(N_("Wat zegt zij toe?"))]
    title = words.text(N_("Steunen op een ander"))
    return [Heading(title), Table(title, head, lent, frozenset(), (3, 4, 4))]


@dataclass(frozen=True, slots=True)
class Stated:
    """One line of an own statement: what was asked, yes or no, and the explanation."""

    question: str
    answer: str
    text: str


def bid_copy(
    words: Words, about: About, handed: Received, *, content: Mapping[str, Any], names: Mapping[str, str],
    statements: Mapping[str, str], files: Sequence[tuple[str, int, str]] = (), stated: Sequence[Stated] = (),
    costs: Sequence[tuple[str, int | None]] = (), labour: Sequence[tuple[str, str]] = (),
) -> Document:  # fmt: skip
    """A bid as its bidder handed it in, to keep. `names` are the criteria by code; `costs` over the life by name.

    `labour`: hours of work and what was reckoned for them, in words.
    """
    text = words.text
    until = date.fromisoformat(content["valid_until"]) if content.get("valid_until") else None
    blocks: list[Block] = [
        Facts([
            *about.facts(words), (text(N_("Inschrijver")), handed.bidder),
            (text(N_("Ontvangstnummer")), Code(handed.receipt)), (text(N_("Ontvangen")), words.moment(handed.at)),
            (text(N_("Versie")), words.number(handed.version)), (text(N_("Controlegetal")), Code(handed.digest)),
        ]),
        Heading(text(N_("Prijs"))),
        Facts([
            (text(N_("Prijs zonder btw")), words.money(content["price"]["minor"])),
            *((text(N_("%(name)s, per jaar"), name=name), words.money(minor)) for name, minor in costs), *labour,
            (text(N_("Geldt tot en met")), words.day(until)), (text(N_("Toelichting")), content.get("note", "")),
        ]),
    ]  # fmt: skip
    for code, answer in content["answers"].items():
        blocks += [Heading(names.get(code, code)), Paragraph(answer)]
    if stated:
        head = [text(N_("Vraag")), text(N_("Antwoord")), text(N_("Uitleg"))]
        lines = [(each.question, each.answer, each.text) for each in stated]
        blocks += [
            Heading(text(N_("Eigen verklaring"))), Table(text(N_("Uw antwoorden")), head, lines, widths=(5, 2, 4)),
        ]  # fmt: skip
    blocks += [*_others(words, content), *_enclosed(words, files)]
    given = [text(said) for name, said in statements.items() if content.get("declarations", {}).get(name)]
    if given:
        blocks += [Heading(text(N_("Verklaringen"))), Items(given)]
    return _paper(words, about, text(N_("Kopie van uw inschrijving")), handed.at, blocks, handed.bidder)


@dataclass(frozen=True, slots=True)
class Opened:
    """A bid in the record. `label` only after the scores are frozen: before, it would unblind the panel.

    `lot` is number and title in a divided tender, else empty.
    """

    bidder: str
    received_at: datetime
    version: int
    digest: str
    finding: str
    label: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Late:
    """Who came too late, when, and what for."""

    bidder: str
    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Act:
    """The opening itself: who, when, the hash of the record, and why the escrow holder stood in, if so."""

    first: str
    second: str
    closes_at: datetime | None
    released_at: datetime
    opened_at: datetime
    escrow_reason: str | None
    digest: str


def opening_record(
    words: Words, about: About, act: Act, *, bids: Sequence[Opened], late: Sequence[Late]
) -> Document:
    """The record of an opening (proces-verbaal)."""
    text = words.text
    blocks: list[Block] = [
        Facts([
            *about.facts(words), (text(N_("Gesloten")), words.moment(act.closes_at)),
            (text(N_("Eerste persoon")), act.first),
            (text(N_("Gaf een deel van de sleutel")), words.moment(act.released_at)),
            (text(N_("Tweede persoon")), act.second), (text(N_("Geopend")), words.moment(act.opened_at)),
            (text(N_("Reservehouder viel in")), act.escrow_reason or text(N_("nee"))),
            (text(N_("Ontvangen inschrijvingen")), words.number(len(bids))),
            (text(N_("Te laat")), words.number(len(late))),
            (text(N_("Controlegetal van dit verslag")), Code(act.digest)),
        ]),
        Heading(text(N_("Ontvangen inschrijvingen"))),
        _opened(words, bids) if bids else Paragraph(text(N_("Niemand schreef in."))),
        Heading(text(N_("Te laat gekomen"))),
    ]  # fmt: skip
    if late:
        rows = [(each.bidder, words.moment(each.at), each.what) for each in late]
        head = [text(N_("Organisatie")), text(N_("Wanneer")), text(N_("Wat"))]
        blocks += [
            Table(text(N_("Te laat gekomen")), head, rows, widths=(3, 3, 2)),
            Paragraph(text(N_("Wat te laat kwam, is geweigerd en niet bewaard."))),
        ]
    else:
        blocks.append(Paragraph(text(N_("Niemand kwam te laat."))))
    blocks += [
        Heading(text(N_("Hoe dit verslag is vastgelegd"))),
        Paragraph(text(N_(
            "Twee mensen openden samen, elk met een eigen wachtzin. "
            "Het controlegetal van dit verslag staat in het logboek, dat niemand kan veranderen."
        ))),
    ]  # fmt: skip
    title = text(N_("Verslag van de opening (proces-verbaal)"))
    return _paper(words, about, title, act.opened_at, blocks)


def _opened(words: Words, bids: Sequence[Opened]) -> Table:
    text = words.text
    head = [
        text(N_("Inschrijver")), text(N_("Ontvangen")), text(N_("Controlegetal")), text(N_("Bevinding")),
    ]  # fmt: skip
    widths: tuple[int, ...] = (7, 8, 15, 6)
    rows: list[list[Cell]] = [
        [each.bidder, words.moment(each.received_at), Code(each.digest, halves=True), each.finding]
        for each in bids
    ]
    if any(each.label for each in bids):
        head, widths = [text(N_("Letter")), *head], (3, *widths)
        rows = [[each.label, *row] for each, row in zip(bids, rows, strict=True)]
    if any(each.lot for each in bids):
        head, widths = [text(N_("Perceel")), *head], (6, *widths)
        rows = [[each.lot, *row] for each, row in zip(bids, rows, strict=True)]
    return Table(text(N_("Wat de openers vonden")), head, rows, widths=widths)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says. `lines` are description, VAT in words, amount in euro cents.

    `costs` over the life with their amount per year, and the accepted `explanation` of a low price.
    """

    number: str
    title: str
    supplier: str
    starts_on: date
    ends_on: date
    payment_days: int
    price_minor: int
    lines: Sequence[tuple[str, str, int]]
    made_at: datetime
    costs: Sequence[tuple[Cost, int]] = ()
    explanation: str = ""


def _promised(words: Words, terms: Terms) -> list[Block]:
    """What belongs to the price: costs over the life per year, and the explanation that the buyer accepted."""
    text, blocks = words.text, list[Block]()
    if terms.costs:
        head = [text(N_("Kosten")), text(N_("Welke jaren")), text(N_("Per jaar, zonder btw"))]
        rows: list[list[Cell]] = [
            [each.name, f"{each.first}–{each.last}", words.money(minor)] for each, minor in terms.costs
        ]
        title = text(N_("Beloofde kosten na de koop"))
        blocks += [Heading(title), Table(title, head, rows, frozenset({2}), (4, 2, 2))]
    if terms.explanation:
        blocks += [Heading(text(N_("De uitleg bij de prijs"))), Paragraph(terms.explanation)]
    return blocks


def contract(
    words: Words, about: About, terms: Terms, *, signatures: Sequence[tuple[str, str]], local: str,
    members: Sequence[tuple[str, str, int]] = (), lent: Sequence[tuple[str, str, str]] = (),
) -> Document:  # fmt: skip
    """A contract on one or two pages. `signatures` are who signs for whom, with name and moment; `local` in words.

    `members`: who supply together, as `together` takes them; `lent`: on whose means they rely, as `relied_on` does.
    """
    text = words.text
    rows = [(what, vat, words.money(minor)) for what, vat, minor in terms.lines]
    rows.append((text(N_("Samen")), "", words.money(terms.price_minor)))
    head = [text(N_("Omschrijving")), text(N_("Btw")), text(N_("Bedrag, zonder btw"))]
    blocks: list[Block] = [
        Facts([
            (text(N_("Contract")), Code(terms.number)), *about.facts(words), (text(N_("Leverancier")), terms.supplier),
            (text(N_("Vanaf")), words.day(terms.starts_on)), (text(N_("Tot en met")), words.day(terms.ends_on)),
            (text(N_("Betalen binnen")), text(N_("%(days)s dagen"), days=terms.payment_days)),
        ]),
        Heading(text(N_("Wat is afgesproken"))),
        Table(text(N_("Regels")), head, rows, frozenset({2}), (4, 2, 2)),
        *_promised(words, terms), *together(words, members), *relied_on(words, lent),
        Heading(text(N_("Handtekeningen"))), Facts(list(signatures)),
        Heading(text(N_("Is een lokale leverancier onderzocht?"))), Paragraph(local),
    ]  # fmt: skip
    return Document(
        text(N_("Contract: %(title)s"), title=terms.title), words.language, terms.made_at, blocks,
        sender=about.buyer, mark=terms.number, page=text(PAGE),
    )  # fmt: skip
