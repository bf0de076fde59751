"""What a document is made of, and how its words are written.

A description that cannot become an accessible document is refused when it is made: a heading that skips a level, a
table whose rows differ, a picture without words for those who do not see it (PDF/UA-1; Matterhorn Protocol 1.1).
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, dates, numbers

from cwb.kernel.clock import LOCAL
from cwb.kernel.money import Money
from cwb.kernel.text import filled
from cwb.notifications.rules import catalogue

RIGHT_TO_LEFT = frozenset({"ar"})

_DAY = {"nl": "d MMMM y", "en": "d MMMM y"}
_MOMENT = {"nl": "d MMMM y 'om' HH:mm 'uur'", "en": "d MMMM y 'at' HH:mm"}

_STAND_INS = {
    "→": "->", "←": "<-", "⇒": "=>", "✓": "v", "✔": "v", "☑": "[x]", "☐": "[ ]", "✗": "x", "✘": "x",
    "▪": "•", "●": "•", "◦": "•", "■": "•", "\u2010": "-", "\u2011": "-", "\u2012": "–", "\u2015": "—",
    "\u2028": "\n", "\u2029": "\n", "\t": " ", "\r": "",
}  # fmt: skip
"""Signs that word processors paste and the fonts lack."""


@dataclass(frozen=True, slots=True)
class Code:
    """A hash, number or command: kept left to right, in small type. `halves`: over two lines, for narrow cells."""

    text: str
    halves: bool = False


Cell = str | Code


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title; `level` from 1."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text; a line end stays one. `strong` sets the whole of it bold."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values; pairs without a value are left out."""

    rows: Sequence[tuple[str, Cell]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption and header cells. `figures`: columns of figures; `widths`: parts of the width.

    `whole`: never broken over two pages, for a short one.

    Raises:
        ValueError: no head, or a row of another length.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    figures: frozenset[int] = frozenset()
    widths: Sequence[int] = ()
    whole: bool = False

    def __post_init__(self) -> None:
        """Refuse what a reader's software could not follow."""
        if not self.head or any(len(row) != len(self.head) for row in self.rows):
            raise ValueError(f"the table {self.caption!r} is uneven or has no head")
        if self.widths and len(self.widths) != len(self.head):
            raise ValueError(f"the table {self.caption!r} has other widths than columns")


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `numbered` when the order counts."""

    items: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What must not be missed: a title and a text."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A sentence with an address that can be clicked."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Figure:
    """An SVG picture. `alt` says in words what it shows; `width` is in percent of the page's text.

    Raises:
        ValueError: without alt.
    """

    svg: str
    alt: str
    caption: str
    width: int = 100

    def __post_init__(self) -> None:
        """Refuse a picture that not everybody can read."""
        if not self.alt.strip():
            raise ValueError("a picture needs words for those who do not see it")


@dataclass(frozen=True, slots=True)
class Bounds:
    """A drawing of shares between bounds, its words set as words: of each row a label, what is said, and its bounds.

    `rows`: label, what is said, lower and upper bound as parts of one ("0.2368"). Nothing is drawn where the bounds
    are "" or lie beyond 0 to 1: what is said then says why. `caption` states the finding, `alt` what one sees.

    Raises:
        ValueError: without alt.
    """

    caption: str
    alt: str
    rows: Sequence[tuple[str, str, str, str]]

    def __post_init__(self) -> None:
        """Refuse a drawing that not everybody can read."""
        if not self.alt.strip():
            raise ValueError("a drawing needs words for those who do not see it")


@dataclass(frozen=True, slots=True)
class Beside:
    """Two columns of equal width, read one after the other. No headings in them: a letter's parties, a code to scan."""

    left: Sequence["Paragraph | Facts | Figure"]
    right: Sequence["Paragraph | Facts | Figure"]


Block = Heading | Paragraph | Facts | Table | Items | Note | Link | Figure | Bounds | Beside


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `at`: the moment it speaks of, so that the same content gives the same bytes for ever.

    `sender` stands at the head, `mark` (a number) at the foot of each page. `page` is the text of the page number
    with `{n}` and `{m}`. `dense`: smaller type and narrower margins, for a report that has to fit.

    Raises:
        ValueError: no title, or a heading that skips a level.
    """

    title: str
    language: str
    at: datetime
    blocks: Sequence[Block]
    sender: str = ""
    mark: str = ""
    page: str = "{n} / {m}"
    dense: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot become an accessible document."""
        if not self.title.strip():
            raise ValueError("a document needs a title")
        level = 0
        for each in self.blocks:
            if isinstance(each, Heading):
                if not 1 <= each.level <= level + 1:
                    raise ValueError(f"the heading {each.text!r} skips a level")
                level = each.level


@lru_cache(maxsize=8)
def _locale(code: str) -> Locale:
    return Locale.parse(code)


@dataclass(frozen=True, slots=True)
class Words:
    """How texts, amounts and moments are written in one language, without a page around them."""

    language: str

    def text(self, message: str, **facts: object) -> str:
        """A marked Dutch text with its facts."""
        found = catalogue(self.language).gettext(message)
        return filled(found, facts) if facts else found

    def money(self, minor: int | None) -> str:
        """Euro cents as an amount: € 1.250,00."""
        if minor is None:
            return "–"
        amount = Money(minor)
        return str(numbers.format_currency(amount.decimal(), amount.currency, locale=_locale(self.language)))

    def price(self, value: Decimal) -> str:
        """A unit price in euro with two up to four decimals: € 38,50."""
        return str(
            numbers.format_currency(
                value, "EUR", "¤ #,##0.00##", locale=_locale(self.language), currency_digits=False
            )
        )

    def number(self, value: Decimal | int | str | None) -> str:
        """A number with all its decimals, at most six."""
        if value is None or value == "":
            return "–"
        return str(numbers.format_decimal(Decimal(value), "#,##0.######", locale=_locale(self.language)))

    def decimals(self, value: Decimal, places: int) -> str:
        """A number with exactly so many decimals."""
        exact = value.quantize(Decimal(1).scaleb(-places)) + 0  # no minus before a rounded zero
        return str(numbers.format_decimal(exact, f"#,##0.{'0' * places}", locale=_locale(self.language)))

    def percent(self, value: Decimal, places: int = 1) -> str:
        """A ratio as a percentage with exactly so many decimals, as pages write it: 25,0 %."""
        exact = value.quantize(Decimal(1).scaleb(-places - 2)) + 0  # no minus before a rounded zero
        pattern = f"#,##0.{'0' * places}\N{NO-BREAK SPACE}%"
        return str(numbers.format_percent(exact, pattern, locale=_locale(self.language)))

    def country(self, code: str) -> str:
        """A country by its code of ISO 3166-1."""
        return str(_locale(self.language).territories.get(code, code))

    def day(self, value: date | None) -> str:
        """A calendar day in words."""
        pattern = _DAY.get(self.language, "d MMMM y")
        return "–" if value is None else str(dates.format_date(value, pattern, locale=_locale(self.language)))

    def moment(self, value: datetime | None) -> str:
        """A day and a time in words, in Amsterdam."""
        if value is None:
            return "–"
        pattern = _MOMENT.get(self.language, "medium")
        return str(dates.format_datetime(value, pattern, tzinfo=LOCAL, locale=_locale(self.language)))


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters the fonts hold, as ranges."""

    held: Sequence[tuple[int, int]] = field(default=())

    @classmethod
    def parse(cls, text: str) -> "Glyphs":
        """From lines "20-7e", hexadecimal, both ends included."""
        pairs = (line.split("-") for line in text.split())
        return cls(tuple((int(lo, 16), int(hi, 16)) for lo, hi in pairs))

    def holds(self, sign: str) -> bool:
        """Whether a character can be printed; a line end always can."""
        code = ord(sign)
        return sign == "\n" or (
            unicodedata.category(sign) not in {"Cc", "Cs", "Co", "Cn"}
            and any(lo <= code <= hi for lo, hi in self.held)
        )

    def fit(self, text: str) -> str:
        """The text in characters that can be printed: what the fonts lack is named by its number, never dropped.

        Invisible signs of direction and control are left out: they could turn what one reads around.
        """
        whole = unicodedata.normalize("NFC", text)
        return "".join(self._fit(sign) for sign in whole)

    def _fit(self, sign: str) -> str:
        if sign in _STAND_INS and not (self.holds(sign) and sign.isprintable()):
            return _STAND_INS[sign]
        if unicodedata.category(sign) in {"Cf", "Cc"} and sign not in "\n\u200c\u200d":
            return ""
        if self.holds(sign):
            return sign
        if unicodedata.category(sign) in {"Cf", "Mn", "Cs"}:
            return ""
        return f"[U+{ord(sign):04X}]"


_RAW = frozenset({"svg", "url"})


def data(document: Document, fit: Callable[[str], str]) -> dict[str, Any]:
    """A document as the template reads it; every text goes through `fit`, drawings and addresses do not."""
    blocks = [_block(each, fit) for each in document.blocks]
    head = {name: fit(getattr(document, name)) for name in ("title", "sender", "mark", "page")}
    return {
        **head,
        "language": document.language,
        "rtl": document.language in RIGHT_TO_LEFT,
        "dense": document.dense,
        "blocks": blocks,
    }


def _block(block: Block, fit: Callable[[str], str]) -> dict[str, Any]:
    return {"kind": type(block).__name__.lower(), **_fields(block, fit)}


def _fields(block: Block | Code, fit: Callable[[str], str]) -> dict[str, Any]:
    values = {each.name: getattr(block, each.name) for each in fields(block)}
    return {name: value if name in _RAW else _plain(value, fit) for name, value in values.items()}


def _plain(value: Any, fit: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, Code):
        return _fields(value, fit)
    if isinstance(value, Block):
        return _block(value, fit)
    if isinstance(value, frozenset):
        return sorted(value)
    return [_plain(each, fit) for each in value] if isinstance(value, Sequence) else value
