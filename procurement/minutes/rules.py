"""What the minutes of a question and of an evaluation say, in the reader's language.

Those of a question name no natural person; those of an evaluation, for buyer and auditors, name the panel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cwb.documents.rules import Block, Cell, Code, Document, Facts, Heading, Note, Paragraph, Table, Words
from cwb.kernel.text import N_
from procurement.papers.rules import PAGE, About


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, why, when, and when a second person confirmed it, where that is a step of its own."""

    text: str
    reasons: str
    at: datetime
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A question with its answer and decision; what is not there yet is None. `facts`: what it is about."""

    facts: Sequence[tuple[str, Cell]]
    question: str
    asked_at: datetime
    last_day: date
    answer: str
    answered_at: datetime | None
    decision: Decision | None


def minutes(words: Words, about: About, title: str, heard: Heard) -> Document:
    """The whole of a question: as far as it has come, and the same file until the next act."""
    text = words.text
    blocks: list[Block] = [
        Facts([*about.facts(words), *heard.facts]),
        Note(
            text(N_("Vertrouwelijk")),
            text(N_("Alleen voor de koper, deze inschrijver en controleurs. Andere inschrijvers zien dit nooit.")),
        ),
        Heading(text(N_("De vraag"))),
        Facts([
            (text(N_("Gevraagd op")), words.moment(heard.asked_at)),
            (text(N_("Antwoord tot en met")), words.day(heard.last_day)),
        ]),
        Paragraph(heard.question),
        Heading(text(N_("Het antwoord"))),
    ]  # fmt: skip
    if heard.answered_at is None:
        blocks.append(Paragraph(text(N_("Er is geen antwoord."))))
    else:
        blocks += [
            Facts([(text(N_("Gegeven op")), words.moment(heard.answered_at))]),
            Paragraph(heard.answer),
        ]
    blocks.append(Heading(text(N_("Het besluit"))))
    made = heard.decision
    if made is None:
        blocks.append(Paragraph(text(N_("Er is nog niet beslist."))))
    else:
        rows = [(text(N_("Besluit")), made.text), (text(N_("Gegeven op")), words.moment(made.at))]
        if made.confirmed_at is not None:
            rows.append((text(N_("Bevestigd op")), words.moment(made.confirmed_at)))
        blocks += [Facts(rows), Paragraph(made.reasons)]
    last = heard.answered_at or heard.asked_at
    if made is not None:
        last = made.confirmed_at or made.at
    return Document(
        title, words.language, last, blocks, sender=about.buyer, mark=about.number, page=text(PAGE)
    )


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in the panel: name, since when, and in words what was declared and why the seat ended."""

    name: str
    is_chair: bool
    since: datetime
    declared: str
    ended: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A place passed on after the freeze."""

    at: datetime
    left: str
    came: str
    is_chair: bool
    decided_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Anew:
    """A bid scored anew after the freeze; `ground` and `parts` in words."""

    at: datetime
    label: str
    parts: str
    ground: str
    reason: str
    asked_by: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """How an evaluation went. `rankings`: lot and hash of every ranking, also of those that a later one replaced."""

    joint_at: datetime | None
    frozen_at: datetime
    rankings: Sequence[tuple[str, datetime, str]]
    seats: Sequence[Seat]
    passed: Sequence[Passed] = ()
    anew: Sequence[Anew] = ()


def _after(words: Words, found: Assessed) -> list[Block]:
    """What changed after the freeze: places passed on, bids scored anew."""
    text = words.text
    blocks: list[Block] = [Heading(text(N_("Overgenomen plaatsen")))]
    for seat in found.passed:
        place = text(N_("voorzitter")) if seat.is_chair else text(N_("lid"))
        said = text(
            N_("%(came)s kwam in plaats van %(left)s (%(place)s). %(by)s besloot dit."), came=seat.came, left=seat.left,
            place=place, by=seat.decided_by,
        )  # fmt: skip
        blocks.append(Paragraph(f"{words.moment(seat.at)}: {said}\n{seat.reason}"))
    if not found.passed:
        blocks.append(Paragraph(text(N_("Na het vastleggen bleef het team gelijk."))))
    blocks.append(Heading(text(N_("Opnieuw beoordeeld"))))
    for each in found.anew:
        said = text(
            N_("Inschrijving %(label)s op %(parts)s. Waarom: %(ground)s. %(first)s vroeg dit, %(second)s stemde in."),
            label=each.label, parts=each.parts, ground=each.ground, first=each.asked_by, second=each.decided_by,
        )  # fmt: skip
        blocks.append(Paragraph(f"{words.moment(each.at)}: {said}\n{each.reason}"))
    if not found.anew:
        blocks.append(Paragraph(text(N_("Niets is opnieuw beoordeeld."))))
    return blocks


def evaluation(words: Words, about: About, found: Assessed) -> Document:
    """The minutes of an evaluation: who assessed, when it was fixed, and what changed after that, with the reasons."""
    text = words.text
    head = [text(N_("Wie")), text(N_("In het team sinds")), text(N_("Verklaring")), text(N_("Gestopt"))]
    seats: list[list[Cell]] = [
        [
            f"{each.name} ({text(N_('voorzitter'))})" if each.is_chair else each.name, words.moment(each.since),
            each.declared, each.ended or "–",
        ]
        for each in found.seats
    ]  # fmt: skip
    rankings: list[list[Cell]] = [
        [what, words.moment(at), Code(digest, halves=True)] for what, at, digest in found.rankings
    ]
    blocks: list[Block] = [
        Facts([
            *about.facts(words), (text(N_("Gezamenlijk gesprek begonnen")), words.moment(found.joint_at)),
            (text(N_("Scores vastgelegd")), words.moment(found.frozen_at)),
        ]),
        Note(
            text(N_("Vertrouwelijk")),
            text(N_("Alleen voor de koper en controleurs. Hier staan namen van beoordelaars.")),
        ),
        Heading(text(N_("Het team"))), Table(text(N_("Het team")), head, seats, widths=(4, 3, 3, 4)),
        Heading(text(N_("De rangorde"))),
        Table(
            text(N_("De rangorde")), [text(N_("Wat")), text(N_("Wanneer")), text(N_("Controlegetal"))], rankings,
            widths=(3, 3, 6),
        ),
        *_after(words, found),
    ]  # fmt: skip
    last = max(
        [
            found.frozen_at,
            *(seat.at for seat in found.passed),
            *(each.at for each in found.anew),
            *(at for _, at, _ in found.rankings),
        ]
    )
    return Document(
        text(N_("Verslag van de beoordeling")), words.language, last, blocks, sender=about.buyer, mark=about.number,
        page=text(PAGE),
    )  # fmt: skip
