"""Statements in MT940 on bare values: its fields, balances and movements. What a field cannot mean is None.

Amounts are signed cents: what came in is above zero. Source: SWIFT Standards MT, Category 9, MT 940. What stands in
field 86 every bank makes up itself; `narrative` knows the ways of Dutch and German ones.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from cwb.kernel.identifiers import Iban
from cwb.kernel.money import MAX_MINOR

NO_MARK = frozenset({"", "NOTPROVIDED", "NONREF", "EREF", "PREF", "MARF"})
"""What stands in a reference that is none, or that says only that it stands elsewhere."""


class Field(NamedTuple):
    """A field: the line of the text where it begins (from 1), its name and what it says."""

    line: int
    tag: str
    value: str


class Balance(NamedTuple):
    """What was there on a day."""

    amount: int
    currency: str
    on: date


class Movement(NamedTuple):
    """One movement, field 61 with its 86. `iban` of the other side, `second` is what stands under the line."""

    line: int
    amount: int | None
    booked_on: date | None
    mark: str = ""
    iban: str = ""
    bank_reference: str = ""
    second: str = ""
    told: str = ""


@dataclass(slots=True)
class Page:
    """One statement, or a page of one. Balances are None where they are not there or cannot be read."""

    line: int
    reference: str = ""
    account: str = ""
    number: str = ""
    opening: Balance | None = None
    closing: Balance | None = None
    movements: list[Movement] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """The currency of its balances."""
        return next((each.currency for each in (self.opening, self.closing) if each), "")


_TAG = re.compile(r":(940|20|21|25P?|28C?|NS|6[02][FM]|61|64|65F?|86|13D?|34F|90[CD]):")
_OVER = re.compile(r"-\}?|-\}.*|\{[1-5]:.*|-?X{3,}.*")
"""A line on which a message ends, or the envelope of the next one begins."""


def is_interim(text: str) -> bool:
    """Whether this is a report within the day (MT942), which has no balances."""
    return bool(re.search(r"^:(?:34F|90[CD]):", text, re.MULTILINE)) and not re.search(
        r"^:6[02][FM]:", text, re.MULTILINE
    )


LONGEST = 10_000
"""What is kept of one field, in characters; the norm has room for less than a thousand."""


def fields(text: str) -> Iterator[Field]:
    """The fields of a text, in their order. A dash alone in the midst of a text is a part of it."""
    lines = text.split("\n")
    begun: tuple[int, str] | None = None
    parts: list[str] = []
    for place, line in enumerate(lines):
        tag = _TAG.match(line)
        ends = tag or (_OVER.fullmatch(line.strip()) and not _goes_on(lines, place))
        if ends and begun:
            yield Field(*begun, "\n".join(parts)[:LONGEST])
            begun = None
        if tag:
            begun, parts = (place + 1, tag[1]), [line[tag.end() :]]
        elif begun:
            parts.append(line)
    if begun:
        yield Field(*begun, "\n".join(parts)[:LONGEST])


def _goes_on(lines: list[str], place: int) -> bool:
    """Whether the same statement goes on below a line that looks like its end."""
    below = next((each for each in lines[place + 1 : place + 4] if each.strip()), "")
    tag = _TAG.match(below)
    return lines[place].strip() == "-" and tag is not None and tag[1] in {"61", "62F", "62M"}


_OPENS = frozenset({"25", "25P", "28", "28C", "60F", "60M", "61"})
"""What a statement may begin with where its field 20 is not there."""


def pages(text: str) -> Iterator[Page]:
    """The statements in a text. One that begins anew without a field 20 keeps the reference and account above it."""
    page: Page | None = None
    ended = False
    for line, tag, value in fields(text):
        begins = tag == "20" or (ended and tag in _OPENS)
        if page is None and not begins and tag not in _OPENS:
            continue
        if page is None or begins:
            if page is not None and (tag == "20" or page.account):
                yield page
            old = page if tag != "20" else None
            page = Page(line, old.reference if old else "", old.account if old else "")
            ended = False
        if tag == "61":
            page.movements.append(movement(line, value))
        elif tag == "86" and page.movements and not ended:
            last = page.movements[-1]
            told = f"{last.told}\n{value}" if last.told else value
            page.movements[-1] = last if len(last.told) >= LONGEST else last._replace(told=told)
        ended = ended or tag.startswith("62")
        _tell(page, tag, value)
    if page is not None:
        yield page


def _tell(page: Page, tag: str, value: str) -> None:
    """What a field says of a statement as a whole."""
    if tag == "20":
        page.reference = value.strip()
    elif tag.startswith("25"):
        page.account = page.account or account(value)
    elif tag.startswith("28"):
        page.number = value.strip()
    elif tag.startswith("60"):
        page.opening = balance(value)
    elif tag.startswith("62"):
        page.closing = balance(value)


def account(text: str) -> str:
    """The account in field 25: an IBAN where there is one, else the digits of an old number, "" for none.

    Before it may stand a bank ("TRIODOSBANK/0390123456"), behind it a currency ("NL91ABNA0417164300EUR").
    """
    pieces = ["".join(each.split()).upper() for each in text.split("/")]
    bare = [re.sub(r"(?<=[0-9])[A-Z]{3}$", "", each) for each in pieces]
    for each in reversed(bare):
        if iban := Iban.normalise(each):
            return iban
    numbers = [each for each in bare if any(sign.isdigit() for sign in each)]
    return re.sub(r"[.\-]", "", numbers[-1]) if numbers else ""


def cents(text: str) -> int | None:
    """An amount with a comma (or a point) and at most two decimals that say something."""
    found = re.fullmatch(r"0*([0-9]{1,15})(?:[.,]([0-9]{0,5}))?", text)
    if found is None or (found[2] or "")[2:].strip("0"):
        return None
    value = int(found[1]) * 100 + int((found[2] or "")[:2].ljust(2, "0"))
    return value if value <= MAX_MINOR else None


def day(text: str) -> date | None:
    """A day as YYMMDD. Some banks reckon with months of thirty days: 30 February is the last of that month."""
    try:
        year, month, number = 2000 + int(text[:2]), int(text[2:4]), int(text[4:6])
        return date(year, month, min(number, monthrange(year, month)[1]) if number <= 31 else number)
    except ValueError:
        return None


def entry_day(value: date, text: str) -> date | None:
    """The day of booking (MMDD), in the year in which it is nearest to the day of value."""
    near = [
        found for year in (-1, 0, 1) if (found := day(f"{(value.year + year) % 100:02}{text}")) is not None
    ]
    return min(near, key=lambda each: abs((each - value).days)) if near else None


_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9.,]+)")


def balance(text: str) -> Balance | None:
    """A balance of field 60 or 62."""
    found = _BALANCE.match("".join(text.split()))
    amount, on = (cents(found[4]), day(found[2])) if found else (None, None)
    if found is None or amount is None or on is None:
        return None
    return Balance(amount if found[1] == "C" else -amount, found[3], on)


_MOVEMENT = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4}| {4})?\s*(?P<side>R?[CD])(?P<funds>[A-Z])?\s?(?P<amount>[0-9.,]+)"
    r"(?P<kind>[A-Z][A-Z0-9 ]{3})?(?P<rest>.*)"
)
_SIGNS = {"C": 1, "RD": 1, "D": -1, "RC": -1}
"""A reversal of a credit (RC) takes money away, one of a debit (RD) gives it back."""


def movement(line: int, text: str) -> Movement:
    """A movement of field 61; its reference may be the account of the other side, as ASN and SNS write it."""
    first, _, second = text.partition("\n")
    found = _MOVEMENT.fullmatch(first.strip())
    if found is None:
        return Movement(line, None, None)
    amount, value = cents(found["amount"]), day(found["value"])
    entry = (found["entry"] or "").strip()
    booked_on = entry_day(value, entry) if value and entry else value
    reference, _, bank = found["rest"].partition("//")
    second = " ".join(second.split())
    if not bank and second.startswith("//"):
        bank, second = second[2:], ""
    mark = "" if reference.strip().endswith("NONREF") else reference.strip()
    iban = Iban.normalise(mark) or Iban.normalise(second[:34].split(" ", maxsplit=1)[0]) or ""
    return Movement(
        line, None if amount is None else amount * _SIGNS[found["side"]], booked_on,
        mark="" if mark in NO_MARK or iban == Iban.normalise(mark) else mark, iban=iban,
        bank_reference="" if bank.strip() in NO_MARK else bank.strip(), second=second,
    )  # fmt: skip


_TAGS = re.compile(
    r"/(TRTP|TRCD|IBAN|BIC|NAME|REMI|EREF|PREF|MARF|CSID|BENM|ORDP|ISDT|CNTP|ADDR|UDTR|UCRD|PURP|RTRN|RTYP|ULTD|ULTB|ULTC|ID)/"
)
_NUMBERED = re.compile(r"\s*[0-9]{3}\s*([?>])([0-9]{2})")
_WORDS = re.compile(
    r"\b(IBAN|REK|BIC|NAAM|OMSCHRIJVING|KENMERK|MACHTIGING|INCASSANT|VOOR|ID DEBITEUR|BETALINGSKENM\.?|PAS): ?"
)
_SEPA = re.compile(r"\b(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT)\+")
_ACCOUNT_AND_BANK = re.compile(r"\b([A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}) +[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b")
_TO_OR_FROM = re.compile(r"\b(?:AAN|VAN) ([^,]{1,70}),([A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}),")
_RECIPIENT_REFERENCE = re.compile(
    r"(?:CDTRREFTP//CD/SCOR/ISSR/CUR/CDTRREF/|STRD/(?:CUR|ISO)?/?)([A-Z0-9 ]{4,35})/?"
)

Told = dict[str, str]
"""What a narrative says: `name`, `iban`, `end_to_end`, `reference`, `code` and `text`, each "" or left out for none.

`account`: it begins with what field 61 has as a reference, and that is an account.
"""


def narrative(told: str, second: str = "", mark: str = "") -> Told:
    """What field 86 says. `second` is the line under field 61, `mark` its reference.

    Four ways: words between slashes (ABN AMRO, ING, Rabobank, Triodos, bunq), numbers (`?20`, Germany; `>20`,
    Triodos of before), words with a colon (ABN AMRO of before, Knab), and the name after an account (ASN, SNS).
    """
    if len(pieces := _TAGS.split(told.replace("\n", ""))) > 2:
        return _of_tags(pieces)
    if found := _NUMBERED.match(told):
        return _of_numbers(told.replace("\n", ""), found[1])
    flat = " ".join(told.split())
    if len(pieces := _WORDS.split(flat)) > 2:
        return _of_words(pieces, flat)
    return _of_text(flat, second, mark)


def _first(pairs: list[tuple[str, str]], name: str) -> str:
    return next((value for key, value in pairs if key == name and value), "")


def _iban(text: str) -> str:
    return Iban.normalise(text) or ""


def _of_tags(pieces: list[str]) -> Told:
    pairs = [(name, value.strip(" /")) for name, value in zip(pieces[1::2], pieces[2::2], strict=True)]
    iban, name = _first(pairs, "IBAN"), _first(pairs, "NAME")
    if counterparty := _first(pairs, "CNTP"):  # account, bank, name, town in one
        parts = counterparty.split("/")
        iban, name = parts[0], parts[2] if len(parts) > 2 else ""
    mark = _first(pairs, "EREF")
    remittance = next((each for each in reversed(pairs) if each[0] == "REMI" and each[1]), ("", ""))[1]
    reference = _RECIPIENT_REFERENCE.match(remittance)
    text = "" if reference else re.sub(r"^(USTD|STRD)/+", "", remittance)
    return {
        "name": " ".join(name.split()), "iban": _iban(iban), "end_to_end": "" if mark in NO_MARK else mark,
        "text": " ".join(text.split()), "reference": reference[1].strip() if reference else "",
        "code": _first(pairs, "RTRN")[:4],
    }  # fmt: skip


_WIDTH = 27
"""How long a piece of a numbered narrative may be: what fills it goes on in the next."""


def _of_numbers(told: str, sign: str) -> Told:
    pieces = re.split(rf"{re.escape(sign)}([0-9]{{2}})", told)
    pairs = list(zip(pieces[1::2], pieces[2::2], strict=True))
    parts = [(key, value) for key, value in pairs if "20" <= key <= "29" or "60" <= key <= "63"]
    iban = _iban(_first(pairs, "31"))
    if len(parts) > 1 and parts[0][0] == "20" and (other := _iban(parts[1][1])):  # bank, then account
        iban, parts = iban or other, parts[2:]
    text = "".join(each if len(each) >= _WIDTH - 1 else f"{each} " for _, each in parts)
    coded = _SEPA.split(text)
    if len(coded) < 3:
        coded = [coded[0], "SVWZ", text]
    sepa = [(key, " ".join(value.split())) for key, value in zip(coded[1::2], coded[2::2], strict=True)]
    name = (_first(pairs, "32") + _first(pairs, "33")).strip()
    mark = _first(sepa, "EREF")
    return {
        "name": " ".join(name.split()), "iban": iban or _iban(_first(sepa, "IBAN")),
        "end_to_end": "" if mark in NO_MARK else mark,
        "text": _first(sepa, "SVWZ") or " ".join((coded[0] or _first(pairs, "00")).split()),
    }  # fmt: skip


def _of_words(pieces: list[str], flat: str) -> Told:
    pairs = [(name, value.strip(" /")) for name, value in zip(pieces[1::2], pieces[2::2], strict=True)]
    iban = _iban(_first(pairs, "IBAN") or _first(pairs, "REK"))
    return {
        "name": _first(pairs, "NAAM"), "iban": iban, "end_to_end": _first(pairs, "KENMERK"), "text": flat,
    }  # fmt: skip


def _of_text(flat: str, second: str, mark: str) -> Told:
    for start in (mark, flat.split(" ", maxsplit=1)[0]):
        opened = flat.removeprefix(start).strip()
        if start and second and opened != flat and opened.startswith(second):
            rest = opened.removeprefix(second).strip()
            addressed = _TO_OR_FROM.search(rest)
            iban = _iban(start) or (_iban(addressed[2]) if addressed else "")
            return {"name": second, "iban": iban, "text": rest or flat, "account": start}
    found = _ACCOUNT_AND_BANK.search(flat)
    return {"text": flat, "iban": _iban(found[1]) if found else ""}
