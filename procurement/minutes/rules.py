"""What the minutes of a question say, in the reader's language. No natural person is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cwb.documents.rules import Block, Cell, Document, Facts, Heading, Note, Paragraph, Words
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
