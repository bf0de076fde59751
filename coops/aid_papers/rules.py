"""The statement of de-minimis aid, in the reader's language."""

from collections.abc import Sequence
from datetime import date, datetime

from coops.aid.rules import Ceiling, Grant, Reckoning, first_day
from cwb.documents.rules import Block, Document, Facts, Heading, Note, Paragraph, Table, Words
from cwb.kernel.text import N_

PAGE = N_("Bladzijde {n} van {m}")
DOTS = "." * 60
"""Where somebody writes by hand."""


def statement(
    words: Words, *, name: str, kvk: str, grants: Sequence[Grant], reckoned: Reckoning, ceiling: Ceiling, at: datetime,
    today: date,
) -> Document:  # fmt: skip
    """What an undertaking was granted in the three years up to a day, the ceiling and what is left."""
    text = words.text
    blocks: list[Block] = [
        Facts(
            [
                (text(N_("Onderneming")), name), (text(N_("KvK-nummer")), kvk),
                (text(N_("Periode")), f"{words.day(first_day(today))} – {words.day(today)}"),
                (text(N_("Steun in deze periode")), words.money(reckoned.total)),
                (text(N_("Grens")), words.money(ceiling.amount)), (text(N_("Nog over")), words.money(reckoned.left)),
                (text(N_("Bron van de grens")), ceiling.source),
            ]
        ),
        Heading(text(N_("De steun"))),
    ]  # fmt: skip
    if grants:
        head = [text(N_("Dag")), text(N_("Gever")), text(N_("Waarvoor")), text(N_("Steun"))]
        rows = [
            [words.day(each.granted_on), each.giver, each.what, words.money(each.amount)] for each in grants
        ]
        blocks.append(Table(text(N_("De steun")), head, rows, figures=frozenset({3}), widths=(3, 5, 5, 3)))
    else:
        blocks.append(Paragraph(text(N_("In deze periode is geen steun opgeschreven."))))
    blocks += [
        Paragraph(text(N_(
            "Steun telt op de dag waarop het recht erop ontstond, ook als later wordt betaald of geleverd. Hulp in "
            "natura telt als marktwaarde min betaalde prijs. Bij een lening vulde de gever het voordeel in."
        ))),
        Note(
            text(N_("Controleer dit zelf")),
            text(N_(
                "Tel ook steun aan verbonden ondernemingen mee, en steun die hier niet staat. Hulp waar volgens de "
                "afspraak geen publiek geld in zit, telt niet. Dit overzicht is geen juridisch advies."
            )),
        ),
        Paragraph(
            text(N_("Ik verklaar dat de onderneming in deze periode geen andere de-minimissteun kreeg dan hierboven."))
        ),
        Facts([(text(N_("Naam")), DOTS), (text(N_("Datum")), DOTS), (text(N_("Handtekening")), DOTS)]),
    ]  # fmt: skip
    return Document(
        text(N_("Verklaring de-minimissteun")), words.language, at, blocks, sender=name, page=text(PAGE)
    )
