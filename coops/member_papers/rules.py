"""What the papers say, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from coops.capital.rules import POT_NAMES, Line, Pot, PotYear
from coops.meetings.rules import MAJORITY_NAMES, Majority
from coops.votes.rules import CHOICE_NAMES, OUTCOME_NAMES, Choice, Outcome, Tally
from cwb.documents.rules import Block, Cell, Document, Facts, Heading, Items, Note, Paragraph, Table, Words
from cwb.kernel.text import N_
from ledger.books.rules import KIND_NAMES

PAGE = N_("Bladzijde {n} van {m}")


@dataclass(frozen=True, slots=True)
class About:
    """Whose paper it is: the cooperative, and the member by number and chosen name."""

    cooperative: str
    number: int
    name: str

    def facts(self, words: Words) -> list[tuple[str, Cell]]:
        """As the head of a paper."""
        return [
            (words.text(N_("Coöperatie")), self.cooperative),
            (words.text(N_("Lid")), f"{self.number}, {self.name}"),
        ]


def statement(
    words: Words, about: About, year: int, pots: Mapping[Pot, PotYear], lines: Sequence[Line], at: datetime
) -> Document:
    """What a member has in the cooperative over a book year; each figure follows from the lines below it."""
    text = words.text
    total = Table(
        text(N_("Van 1 januari tot en met 31 december %(year)s"), year=year),
        [text(N_("Waarin")), text(N_("Begin")), text(N_("Erbij")), text(N_("Eraf")), text(N_("Eind"))],
        [[text(POT_NAMES[pot]), *(words.money(minor) for minor in each)] for pot, each in pots.items()],
        figures=frozenset({1, 2, 3, 4}), widths=(6, 3, 3, 3, 3),
    )  # fmt: skip
    rows = [
        [
            words.day(line.day), text(KIND_NAMES.get(line.kind, line.kind)), text(POT_NAMES[line.pot]),
            words.money(line.minor),
        ]
        for line in lines
    ]  # fmt: skip
    head = [text(N_("Dag")), text(N_("Wat")), text(N_("Waarin")), text(N_("Bedrag"))]
    moves = (
        Table(
            text(N_("Elke boeking van %(year)s"), year=year),
            head,
            rows,
            figures=frozenset({3}),
            widths=(4, 5, 5, 3),
        )
        if rows
        else Paragraph(text(N_("In dit jaar is niets geboekt.")))
    )
    return Document(
        text(N_("Overzicht lidmaatschap %(year)s"), year=year), words.language, at,
        [Facts(about.facts(words)), Heading(text(N_("Stand"))), total, Heading(text(N_("Boekingen"))), moves,
         Note(text(N_("Uit de boeken")), text(N_("Deze bedragen komen uit de boeken van de coöperatie, op de cent.")))],
        sender=about.cooperative, page=text(PAGE),
    )  # fmt: skip


def receipt(words: Words, about: About, line: Line, at: datetime) -> Document:
    """That a payment was received. One that was taken back says so."""
    text = words.text
    facts: list[tuple[str, Cell]] = [
        *about.facts(words),
        (text(N_("Waarvoor")), text(KIND_NAMES.get(line.kind, line.kind))),
        (text(N_("Bedrag")), words.money(-line.minor)),
        (text(N_("Ontvangen op")), words.day(line.day)),
        (text(N_("Nummer")), line.transfer),
    ]
    said: Block = Paragraph(text(N_("De coöperatie heeft dit bedrag ontvangen. Bewaar dit bewijs.")))
    if line.undone:
        said = Note(
            text(N_("Teruggedraaid")), text(N_("Deze boeking is later teruggedraaid. Dit bewijs geldt niet."))
        )
    blocks = [Facts(facts), said]
    return Document(
        text(N_("Bewijs van betaling")), words.language, at, blocks, sender=about.cooperative, page=text(PAGE)
    )


class Decided(NamedTuple):
    """A motion and what became of it. `names`: who voted what, in an open vote cast online.

    `withdrawn_why`: it came off the agenda, for this reason; nobody voted.
    """

    title: str
    text: str
    secret: bool
    outcome: str
    tally: Tally
    names: Sequence[tuple[str, str]] = ()
    majority: str = Majority.SIMPLE
    withdrawn_why: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting that was held. `here` of `voters` votes were there or represented; `people` is who was there."""

    cooperative: str
    title: str
    meets_at: datetime
    place: str
    here: int
    voters: int
    people: Sequence[str]
    agenda: str
    minutes: str
    decided: Sequence[Decided]
    closed_at: datetime
    quorum_percent: int = 0


@dataclass(frozen=True, slots=True)
class Called:
    """A meeting to which members are called: what the board hands to who gets no mail."""

    cooperative: str
    title: str
    meets_at: datetime
    place: str
    agenda: str
    motions: Sequence[tuple[str, str]]
    called_at: datetime


def convocation(words: Words, called: Called) -> Document:
    """The call to a meeting on paper: to give by hand, or to read out on the telephone."""
    text = words.text
    blocks: list[Block] = [
        Paragraph(text(N_("Beste lid, %(coop)s roept de leden bijeen."), coop=called.cooperative)),
        Facts([
            (text(N_("Wanneer")), words.moment(called.meets_at)), (text(N_("Waar")), called.place),
        ]),
    ]  # fmt: skip
    if called.agenda:
        blocks += [Heading(text(N_("Agenda"))), Paragraph(called.agenda)]
    blocks.append(Heading(text(N_("Voorstellen"))))
    for number, (title, body) in enumerate(called.motions, start=1):
        blocks += [Heading(f"{number}. {title}", 2), *([Paragraph(body)] if body else [])]
    can = N_(
        "U stemt in de vergadering: één lid, één stem. Een steunend lid mag komen en stemt niet. Vragen? Bel ons."
    )
    return Document(
        text(N_("Oproep: %(title)s"), title=called.title), words.language, called.called_at,
        [*blocks, Note(text(N_("Wat u kunt doen")), text(can))], sender=called.cooperative, page=text(PAGE),
    )  # fmt: skip


def minutes(words: Words, held: Held) -> Document:
    """The minutes: the same file for ever, since nothing of a closed meeting changes."""
    text = words.text
    blocks: list[Block] = [
        Facts([
            (text(N_("Coöperatie")), held.cooperative), (text(N_("Wanneer")), words.moment(held.meets_at)),
            (text(N_("Waar")), held.place),
            (text(N_("Stemmen aanwezig of met volmacht")),
             text(N_("%(here)s van %(all)s"), here=held.here, all=held.voters)),
            (text(N_("Nodig voor een besluit")),
             text(N_("%(num)s procent van de stemmen"), num=held.quorum_percent) if held.quorum_percent
             else text(N_("geen minimum"))),
        ]),
    ]  # fmt: skip
    if held.agenda:
        blocks += [Heading(text(N_("Agenda"))), Paragraph(held.agenda)]
    blocks.append(Heading(text(N_("Besluiten"))))
    for number, each in enumerate(held.decided, start=1):
        blocks += _decision(words, number, each)
    blocks += [Heading(text(N_("Notulen"))), Paragraph(held.minutes), Heading(text(N_("Wie er was")))]
    blocks.append(Items(list(held.people)) if held.people else Paragraph(text(N_("Niemand."))))
    return Document(
        text(N_("Notulen: %(title)s"), title=held.title), words.language, held.closed_at, blocks,
        sender=held.cooperative, page=text(PAGE),
    )  # fmt: skip


def _decision(words: Words, number: int, made: Decided) -> list[Block]:
    text = words.text
    told: list[Block] = [Heading(f"{number}. {made.title}", 2)]
    if made.text:
        told.append(Paragraph(made.text))
    if made.withdrawn_why:
        reason = (text(N_("Reden")), made.withdrawn_why)
        return [*told, Facts([(text(N_("Besluit")), text(OUTCOME_NAMES[Outcome.WITHDRAWN])), reason])]
    told.append(
        Facts(
            [
                (text(N_("Besluit")), text(OUTCOME_NAMES[Outcome(made.outcome)])),
                (text(N_("Stemming")), text(N_("Geheime stemming") if made.secret else N_("Open stemming"))),
                (text(N_("Aangenomen als")), text(MAJORITY_NAMES[Majority(made.majority)])),
                *(
                    (text(CHOICE_NAMES[choice]), str(count))
                    for choice, count in zip(Choice, made.tally, strict=True)
                ),
            ]
        )
    )
    if made.names:
        head = [text(N_("Lid")), text(N_("Stem"))]
        told.append(Table(text(N_("Wie wat stemde")), head, [list(row) for row in made.names]))
    return told
