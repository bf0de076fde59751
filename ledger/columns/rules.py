"""Guesses which column holds what, from its name and from what stands in it, and says how sure that is.

A gross amount is never taken for a net one.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Iban, Postcode, VatId
from cwb.kernel.text import N_, Marked, search_key
from ledger.cells.rules import cents, date_order, day, decimal_mark, is_blank, side
from ledger.columns.errors import ColumnsUnsure, ColumnTwice, ColumnUnknown, MappingInvalid
from ledger.headings.rules import (
    DAY_FIELDS,
    FIELDS,
    MONEY_FIELDS,
    SCORES,
    find_header,
    labels_of,
    plain_name,
)
from ledger.spend.errors import CurrencyUnsupported

DEEPEST_HEADER = 60
"""Rows in which a table must begin."""

SURE = 0.75
"""A guess below this is not taken."""

_TOTAL_ABOVE = re.compile(
    r"(eind|grand |report )?tota(al|l)( (bedrag|amount|netto|net))?( van (het|dit))?"
    r"( (bestand|export|overzicht|lijst|file|report))?( (excl|exclusief|zonder|ex|excluding) (btw|vat))?"
)
_COUNT_ABOVE = re.compile(r"(totaal )?(aantal|number of) (regels|boekingsregels|rijen|records|lines|rows)")


class Above(NamedTuple):
    """What the rows above a header say of the table: its total in cents, and how many rows it has; None: nothing."""

    total: int | None = None
    rows: int | None = None


def above(rows: Iterable[Sequence[str]], mark: str) -> Above:
    """What the rows before a header declare, in two cells or as “Totaal: 12,50” in one.

    Other words say nothing: a budget, a balance, a total with VAT.
    """
    found = Above()
    for row in rows:
        filled = [cell.strip() for cell in row if cell.strip()]
        label, value = filled if len(filled) == 2 else [*"".join(filled).split(":", 1), ""][:2]
        name, digits = plain_name(label), re.sub(r"[ .,]", "", value)
        if len(filled) > 2:
            continue
        if _COUNT_ABOVE.fullmatch(name) and re.fullmatch(r"[0-9]{1,9}", digits):
            found = found._replace(rows=int(digits))
        elif _TOTAL_ABOVE.fullmatch(name):
            with suppress(RuleBroken):
                found = found._replace(total=cents(value, mark))
    return found


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column holds what, by its label, and the habits of a file where its cells do not say them.

    `mark` is the sign before the cents; `order` "dmy" or "mdy"; `credit_is_purchase` turns debit and credit.
    """

    fields: Mapping[str, str]
    mark: str = ""
    order: str = ""
    credit_is_purchase: bool = False

    def __post_init__(self) -> None:
        if self.mark not in {"", ".", ","} or self.order not in {"", "dmy", "mdy"}:
            raise MappingInvalid
        for name in self.fields:
            if name not in FIELDS:
                raise ColumnUnknown(name=name)
        for label in self.fields.values():
            if list(self.fields.values()).count(label) > 1:
                raise ColumnTwice(name=label)

    def plain(self) -> dict[str, Any]:
        """For storing."""
        return asdict(self)

    @classmethod
    def of(cls, plain: object) -> "ColumnMap":
        """From what was stored.

        Raises:
            MappingInvalid: something else.
        """
        try:
            return cls(**plain)  # type: ignore[arg-type]  # a stored text may be anything; checked here
        except (TypeError, AttributeError):
            raise MappingInvalid from None

    def places(self, labels: Sequence[str]) -> dict[str, int]:
        """The place of each mapped column in a file with these labels.

        Raises:
            ColumnUnknown: the file has no such column.
            ColumnsUnsure: a column that a purchase needs is not chosen.
        """
        for label in self.fields.values():
            if label not in labels:
                raise ColumnUnknown(name=label)
        if missing := lacking(self.fields):
            raise unsure(missing)
        return {name: labels.index(label) for name, label in self.fields.items()}


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file's columns seem to hold: what is sure enough to take, how sure, and what is only a proposal."""

    map: ColumnMap
    confidence: Mapping[str, float] = field(default_factory=dict)
    proposed: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def lacking(fields: Mapping[str, str]) -> tuple[str, ...]:
    """What a purchase needs and is not mapped: a supplier, and an amount in one column, in two, or as a band."""
    has_amount = "amount" in fields or "band" in fields or {"debit", "credit"} <= fields.keys()
    return (() if "supplier_name" in fields else ("supplier_name",)) + (() if has_amount else ("amount",))


@dataclass(frozen=True, slots=True)
class Start:
    """Where a table begins: the row above its purchases (-1: the first row is one), and what its columns are called.

    `is_known`: by names that are known. Otherwise they are its own, or a number each ("#1").
    """

    place: int
    labels: list[str]
    is_known: bool

    @property
    def columns(self) -> frozenset[str]:
        """What its columns are called, less the unnamed ones at the end, whatever their order."""
        named = [each for each in self.labels if not _BY_PLACE.fullmatch(each)]
        return frozenset(named or self.labels)


def find_table(rows: Sequence[Sequence[str]], wanted: Collection[str] = ()) -> Start | None:
    """Where a table of purchases begins in the first rows; None when there is none.

    `wanted`: names of columns it must have.
    """
    place = find_header(rows, wanted if any(not _BY_PLACE.fullmatch(each) for each in wanted) else ())
    found = _unnamed(rows) if place is None else Start(place, labels_of(rows[place]), is_known=True)
    return found if found and {*wanted} <= {*found.labels} else None


def _unnamed(rows: Sequence[Sequence[str]]) -> Start | None:
    """A table without a name that is known: some rows of as many cells, with an amount and a text in each."""
    filled = [sum(not is_blank(cell) for cell in row) for row in rows]
    wide = sorted(each for each in filled if each > 1)
    if not wide:
        return None
    first = next(at for at, each in enumerate(filled) if each > 1 and each * 4 >= wide[len(wide) // 2] * 3)
    top = [cell for cell in rows[first] if not is_blank(cell)]
    is_header = all(_kind(cell) == "text" and not day(cell) for cell in top)
    body = rows[first + 1 :] if is_header else rows[first:]
    width = max(map(len, rows[first:]))
    columns = [[row[at] for row in body if at < len(row) and not is_blank(row[at])] for at in range(width)]
    kinds = {
        kind
        for cells in columns
        for kind, count in Counter(map(_kind, cells)).items()
        if kind and count * 2 > len(body)
    }
    if len(kinds) < 2:
        return None
    if is_header:
        return Start(first, labels_of(rows[first]), is_known=False)
    return Start(first - 1, labels_of([""] * width), is_known=False)


def _kind(text: str) -> str:
    """What a cell seems to be: an "amount", a "text", or neither."""
    try:
        cents(text)
    except RuleBroken:
        return "text" if _has_letter(text) else ""
    return "amount"


def _has_letter(text: str) -> bool:
    return re.search(r"[^\W\d_]", text) is not None


_BY_PLACE = re.compile(r"#[0-9]+")


_NEEDED = {"supplier_name": N_("leverancier"), "amount": N_("bedrag zonder btw")}


def unsure(missing: Sequence[str]) -> ColumnsUnsure:
    """The refusal that names, as people say it, the first column that is missing."""
    return ColumnsUnsure(missing=Marked(_NEEDED[missing[0]]))


def guess(labels: Sequence[str], sample: Sequence[Sequence[str]]) -> Guess:
    """Which column holds what, judged by name and content; the content of `sample` has one list a row."""
    columns = [
        [row[place] for row in sample if place < len(row) and not is_blank(row[place])][:300]
        for place in range(len(labels))
    ]
    scores = sorted(
        (
            (score * _fits(name, columns[place]), -place, name)
            for place, label in enumerate(labels)
            for name, score in _named(label, columns[place]).items()
        ),
        reverse=True,
    )
    chosen: dict[str, tuple[int, float]] = {}
    for score, place, name in scores:
        if name not in chosen and -place not in {found for found, _ in chosen.values()}:
            chosen[name] = -place, score
    sure = {name: place for name, (place, score) in chosen.items() if score >= SURE}
    _settle(sure, labels)
    if _contested(scores, sure, columns):
        sure.pop("amount")
    fields = {name: labels[sure[name]] for name in FIELDS if name in sure}
    return Guess(
        ColumnMap(fields),
        {name: round(chosen[name][1], 2) for name in fields},
        {name: labels[place] for name, (place, score) in chosen.items() if name not in fields and score > 0},
        lacking(fields),
    )


def _named(label: str, cells: Sequence[str]) -> Mapping[str, float]:
    """What a column may hold by its name; without a known name, by what only one kind of content looks like."""
    name = plain_name(label)
    found = SCORES.get(name)
    if found is not None:
        return found
    words = set(name.split())
    similar = {
        each: 0.6
        for known, fields in SCORES.items()
        if len(known.split()) > 1 and words >= set(known.split())
        for each in fields
        if each != "amount"
        or not words & {"incl", "inclusief", "gross", "bruto", "including", "total", "totaal"}
    }
    return {**similar, **{each: SURE for each in _BY_CONTENT if cells and _share(cells, each) >= 0.9}}


def _settle(sure: dict[str, int], labels: Sequence[str]) -> None:
    """One way to write an amount is enough, and amounts in the books' own currency need no currency beside them."""
    if "amount" in sure:
        sure.pop("debit", None)
        sure.pop("credit", None)
        if re.search(r"\b(eur|euro|lokale|eigen|local|lc|basis)\b", search_key(labels[sure["amount"]])):
            sure.pop("currency", None)
        sure.pop("band", None)
    elif not {"debit", "credit"} <= sure.keys():
        sure.pop("debit", None)
        sure.pop("credit", None)
    if "amount" not in sure:
        sure.pop("side", None)


def _contested(
    scores: Sequence[tuple[float, int, str]], sure: Mapping[str, int], columns: Sequence[Sequence[str]]
) -> bool:
    """Whether two columns with other content could be the amount equally well."""
    found = [(score, -place) for score, place, name in scores if name == "amount" and score >= SURE]
    return "amount" in sure and any(
        score == found[0][0] and columns[place] != columns[sure["amount"]] for score, place in found
    )


def _share(cells: Sequence[str], name: str) -> float:
    check = _BY_CONTENT[name]
    return sum(check(cell) is not None for cell in cells) / len(cells)


def _fits(name: str, cells: Sequence[str]) -> float:
    """How well the content of a column fits what its name says: 1, or little."""
    check = _CONTENT.get(name)
    if not cells:
        return 0.5 if name in {"amount", "supplier_name"} else 1.0
    if check is None or sum(bool(check(cell)) for cell in cells) >= len(cells) / 2:
        return 1.0
    return 0.3


def _is_amount(text: str) -> bool:
    try:
        cents(text)
    except CurrencyUnsupported:
        return True
    except RuleBroken:
        return False
    return True


def _is_side(text: str) -> bool:
    try:
        return bool(side(text))
    except RuleBroken:
        return False


def habits(
    chosen: ColumnMap, places: Mapping[str, int], rows: Callable[[], Iterable[Sequence[str]]]
) -> tuple[ColumnMap, frozenset[str]]:
    """The mapping with its habits filled in from whole columns, and the habits that no cell says ("mark", "order").

    "mixed": points and commas stand before three digits, and no cell says which of them is for cents.
    """
    unsaid = set()

    def cells(fields: Sequence[str]) -> Iterator[str]:
        columns = [places[name] for name in fields if name in places]
        return (row[place] for row in rows() for place in columns if place < len(row))

    if not chosen.mark:
        found = decimal_mark(cells(MONEY_FIELDS))
        unsaid |= {"mark"} if found[:1] in {"", "?"} else set()
        unsaid |= {"mixed"} if found == "??" else set()
        chosen = replace(chosen, mark=found.replace("?", ""))
    if not chosen.order:
        found = date_order(cells(DAY_FIELDS))
        unsaid |= {"order"} if found[:1] in {"", "?"} else set()
        chosen = replace(chosen, order=found.removeprefix("?"))
    return chosen, frozenset(unsaid)


_BY_CONTENT: Mapping[str, Callable[[str], object]] = {
    "iban": Iban.normalise,
    "vat_id": VatId.normalise,
    "postcode": lambda text: Postcode.normalise(text.strip()),
}
_CONTENT: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(MONEY_FIELDS, _is_amount),
    **dict.fromkeys(DAY_FIELDS, lambda text: day(text) or day(text, "mdy")),
    "side": _is_side,
    "currency": lambda text: re.fullmatch(r"\s*([A-Za-z]{3}|[€£$])\s*", text),
    "supplier_name": _has_letter,
    "vat_id": lambda text: re.fullmatch(r"\s*[A-Za-z]{0,2}[0-9][0-9A-Za-z. ]{7,16}", text),
    "iban": lambda text: re.match(r"\s*[A-Za-z]{2}[0-9]{2}", text),
}
