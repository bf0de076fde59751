"""Amounts, dates, yes and no as people and programs write them, in Dutch and English habits.

A cell that says by itself what it means is read so. One that could mean two things ("1.250", "03/04/2026") is read as
the rest of its column is: `decimal_mark` and `date_order` look at the column, until enough of it says the same.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import MAX_MINOR, Money
from ledger.cells.errors import AmountInvalid, AmountMissing, SideUnknown, YesNoInvalid
from ledger.spend.errors import CurrencyUnsupported

_BLANK = frozenset({
    "", "-", "--", "–", "—", ".", "n/a", "na", "n.a.", "nvt", "n.v.t.", "n.v.t", "null", "none", "geen", "leeg", "#n/a",
    "#n/b", "nan", "(blank)", "(leeg)", "?",
})  # fmt: skip

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb februari february", "mrt maart mar march maa", "apr april", "mei may",
            "jun juni june", "jul juli july", "aug augustus august", "sep sept september", "okt oct oktober october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip

ENOUGH = 1000
"""Cells after which a column is read no further, when by then it says what its habit is."""

EURO = frozenset({"€", "EUR", "EURO", "EUROS"})
_MONEY = r"(?P<money{0}>[€£$¥]|[A-Z]{{3,5}})?\s*"
_AMOUNT = re.compile(
    r"(?P<open>\()?\s*" + _MONEY.format(1) + r"(?P<sign>[-+]?)\s*" + _MONEY.format(2) +
    r"(?P<body>[0-9][0-9.,' ]*|[.,][0-9]+)(?P<none>(?<=[.,])[-=]{1,2})?\s*(?P<trail>[-+]?)\s*" + _MONEY.format(3) +
    r"(?P<side>CR|DR|C|D|CREDIT|DEBIT|DEBET)?\.?\s*(?P<close>\))?",
)  # fmt: skip
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "−": "-", "–": "-", "’": "'", "`": "'"})
GROUPS = re.compile(r"[0-9]{1,3}(?:([., '])[0-9]{3})(?:\1[0-9]{3})*")
_SIDES = {
    **dict.fromkeys(("d", "dr", "debet", "debit", "deb", "s", "soll", "af", "db", "+"), 1),
    **dict.fromkeys(("c", "cr", "credit", "cred", "k", "h", "haben", "bij", "creditnota", "-"), -1),
}
_YES_NO = {
    **dict.fromkeys(("ja", "j", "yes", "y", "true", "waar", "1"), True),
    **dict.fromkeys(("nee", "n", "no", "false", "onwaar", "0"), False),
}


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, a dash, "N/A", "n.v.t."."""
    return text.strip().casefold() in _BLANK


def cents(text: str, mark: str = "") -> int:
    """An amount in signed cents.

    `mark` is the sign before the cents in this column; it decides what could be both.

    Raises:
        AmountMissing: the cell says nothing.
        AmountInvalid: no amount, parts of cents, groups that are no thousands, or beyond the largest amount.
        CurrencyUnsupported: another currency than the euro.
    """
    if is_blank(text):
        raise AmountMissing
    found = _AMOUNT.fullmatch(text.translate(_SPACES).strip().removeprefix("'").upper())
    if found is None or bool(found["open"]) != bool(found["close"]):
        raise AmountInvalid
    for name in ("money1", "money2", "money3"):
        if found[name] and found[name] not in EURO:
            raise CurrencyUnsupported
    minus = (found["open"] is not None) + (found["sign"] == "-") + (found["trail"] == "-")
    minus += (found["side"] or "D")[0] == "C"
    if minus > 1:
        raise AmountInvalid
    value = _unsigned(found["body"].rstrip(), mark, closed=bool(found["none"]))
    if value > MAX_MINOR:
        raise AmountInvalid
    return -value if minus else value


def _unsigned(body: str, mark: str, *, closed: bool) -> int:
    """Digits with their marks, as cents; `closed`: the cents are a dash, as in "1.250,-"."""
    decimal = body[-1] if closed else _decimal_of(body, mark)
    whole, _, part = body.rpartition(decimal) if decimal else (body, "", "")
    if decimal and decimal in whole:
        raise AmountInvalid
    if not whole.isdigit() and whole and not GROUPS.fullmatch(whole):
        raise AmountInvalid
    part = part.rstrip("0").ljust(2, "0")
    if len(part) != 2 or not part.isdigit() or len(whole) > 24:
        raise AmountInvalid
    return int(re.sub(r"[^0-9]", "", whole) or "0") * 100 + int(part)


def _decimal_of(body: str, mark: str) -> str:
    """The sign before the cents in one amount, or none."""
    last = max(body.rfind("."), body.rfind(","))
    if last < 0:
        return ""
    sign, other = body[last], "," if body[last] == "." else "."
    if body.count(sign) > 1:
        return ""
    if other in body or not GROUPS.fullmatch(body):
        return sign
    return sign if sign == mark else ""


def three_decimals(texts: Iterable[str], mark: str) -> bool:
    """Whether one of these amounts has three digits behind the sign for cents, so that it looks like thousands.

    "1,250" beside "12,50" is read as 1.25 euro. It may have been meant as 1250.
    """
    return any(
        mark in text and (body := text.translate(_SPACES).strip(" -+()€'")).count(mark) == 1
        and GROUPS.fullmatch(body) is not None and _decimal_of(body, "") == ""
        for text in texts
    )  # fmt: skip


def decimal_mark(texts: Iterable[str]) -> str:
    """The sign before the cents in a column, from the cells that say it by themselves, as far as it must be read.

    "" when no cell has such a sign; "?" and a sign when none says it ("1.250"): the sign seen is for thousands then.
    "??" when none says it and both are seen ("1.250" and "1,250"): one of them is not what it seems.
    """
    votes, unclear = {".": 0, ",": 0}, {".": 0, ",": 0}
    for number, text in enumerate(texts, 1):
        if number % ENOUGH == 0 and votes["."] != votes[","]:
            break
        digits = text.strip(" -+()€\u00a0")
        if not digits[:1].isdigit():
            continue
        if sign := _decimal_of(digits, ""):
            votes[sign] += 1
        elif "." in digits or "," in digits:
            unclear["." if "." in digits else ","] += 1
    if votes["."] != votes[","]:
        return max(votes, key=votes.__getitem__)
    if not any(unclear.values()):
        return ""
    if all(unclear.values()):
        return "??"
    return "?," if unclear["."] >= unclear[","] else "?."


def side(text: str) -> int:
    """1 for debit (a purchase), -1 for credit (a credit note).

    Raises:
        SideUnknown: neither.
    """
    found = _SIDES.get(text.strip().rstrip(".").casefold())
    if found is None:
        raise SideUnknown
    return found


def yes_no(text: str) -> bool | None:
    """Yes, no, or nothing said.

    Raises:
        YesNoInvalid: neither.
    """
    if is_blank(text):
        return None
    found = _YES_NO.get(text.strip().casefold())
    if found is None:
        raise YesNoInvalid
    return found


_TIME = re.compile(r"(?<=[0-9])(?:T|\s+)[0-9]{1,2}:[0-9]{2}.*$", re.DOTALL)
_WEEKDAY = re.compile(
    r"(ma|maan|di|dins|wo|woens|do|donder|vr|vrij|za|zater|zo|zon|mon|tue|tues|wed|wednes|thu|thurs|fri|sat|satur|sun)"
    r"(dag|day)?[.,]?\s+(?=[0-9a-z])",
    re.IGNORECASE,
)
_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_NUMBERS = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_DAY_MONTH = re.compile(
    r"([0-9]{1,2})(?:e|de|ste|st|nd|rd|th)?[-/. ]*([a-z]{3,9})\.?[-/., ]*([0-9]{4}|[0-9]{2})", re.IGNORECASE
)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?[-/ ]*([0-9]{1,2})(?:st|nd|rd|th)?[-/., ]+([0-9]{4})", re.IGNORECASE)
_SERIAL_START = date(1899, 12, 30)


def day(text: str, order: str = "dmy") -> date | None:
    """The date in a cell, or None when there is none from 1990 to 2199. `order` decides 03/04/2026 ("dmy", "mdy").

    A bare number is a day as spreadsheets count them.
    """
    found = _parts(_bare(text), order)
    if found is None:
        return None
    try:
        value = date(*found)
    except ValueError:
        return None
    return value if 1990 <= value.year < 2200 else None


def _bare(text: str) -> str:
    """A date without the day of the week, the time of day, and the signs that say "this is text"."""
    plain = text.replace("'", "").replace("’", "").strip()
    weekday = _WEEKDAY.match(plain)
    return _TIME.sub("", plain[weekday.end() :] if weekday else plain)


def _parts(text: str, order: str) -> tuple[int, int, int] | None:
    found: tuple[int, int, int] | None = None
    if match := _ISO.fullmatch(text):
        found = int(match[1]), int(match[3]), int(match[4])
    elif match := _NUMBERS.fullmatch(text):
        one, two = int(match[1]), int(match[3])
        found = (_year(match[4]), one, two) if order == "mdy" else (_year(match[4]), two, one)
    elif re.fullmatch(r"[0-9]{7,8}", text):
        text = text.zfill(8)
        if text[:2] in {"19", "20", "21"}:
            found = int(text[:4]), int(text[4:6]), int(text[6:])
        else:
            found = int(text[4:]), int(text[2:4]), int(text[:2])
    elif re.fullmatch(r"[3-7][0-9]{4}([.,][0-9]+)?", text):
        value = _SERIAL_START + timedelta(days=int(text[:5]))
        found = value.year, value.month, value.day
    elif match := _DAY_MONTH.fullmatch(text):
        found = _named(match[3], match[2], match[1])
    elif match := _MONTH_DAY.fullmatch(text):
        found = _named(match[3], match[1], match[2])
    return found


def _named(year: str, month: str, number: str) -> tuple[int, int, int] | None:
    found = _MONTHS.get(month.casefold())
    return (_year(year), found, int(number)) if found else None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else int(text) + (2000 if int(text) < 70 else 1900)


def date_order(texts: Iterable[str]) -> str:
    """Whether a column writes the day or the month first ("dmy", "mdy"), as far as it must be read.

    "" when no cell has such a date, "?dmy" when none says it.
    """
    first = second = seen = 0
    for number, text in enumerate(texts, 1):
        if number % ENOUGH == 0 and first != second:
            break
        if found := _NUMBERS.fullmatch(_bare(text)):
            one, two = int(found[1]), int(found[3])
            seen += 1
            first += one > 12 >= two
            second += two > 12 >= one
    if first != second:
        return "dmy" if first > second else "mdy"
    return "?dmy" if seen else ""


_BANDS: Mapping[str, tuple[int, int | None]] = {"1": (100, 1_000_000), "13": (15_000_000_000, None)}
"""The classes of the Dutch state of which the bounds are known (only 1 and 13 were seen), in cents."""
_BOUND = re.compile(
    r"([0-9](?:[0-9.,]| (?=[0-9]{3}))*)\s*(mln|mio|miljoen|million|m\b|k\b|dzd|duizend|thousand)?",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"[>≥+]|meer|hoger|groter|boven|vanaf|minimaal|minste|more|over|above|least", re.IGNORECASE
)
_LESS = re.compile(
    r"[<≤]|minder|lager|kleiner|onder|tot|t/m|max|hoogst|under|less|below|most|up to", re.IGNORECASE
)


def band(text: str) -> tuple[int, int | None]:
    """The bounds of a class of amounts in cents; None for a class without an upper bound.

    "10-20k" is 10,000 to 20,000: what is said behind the second bound holds for a first one below 1,000 too.

    Raises:
        AmountMissing, AmountInvalid: no class, or one of which the bounds are not known.
    """
    if is_blank(text):
        raise AmountMissing
    if text.strip() in _BANDS:
        return _BANDS[text.strip()]
    found = [
        (cents(number.rstrip(".,")), _times(many)) for number, many in _BOUND.findall(text.translate(_SPACES))
    ]
    if len(found) == 2 and found[0][1] == 1 and found[0][0] < 100_000:
        found[0] = found[0][0], found[1][1]
    bounds = [number * times for number, times in found]
    if len(bounds) == 2 and bounds[0] <= bounds[1]:
        return bounds[0], bounds[1]
    if len(bounds) == 1 and _MORE.search(text):
        return bounds[0], None
    if len(bounds) == 1 and _LESS.search(text):
        return 0, bounds[0]
    raise AmountInvalid


def _times(many: str) -> int:
    """What a word behind a number makes of it."""
    return 1 if not many else 1_000_000 if many[0] in "mM" else 1_000


def is_class(text: str) -> bool:
    """Whether a cell holds a class of amounts in words or with its bounds, and no amount."""
    try:
        cents(text)
    except RuleBroken:
        pass
    else:
        return False
    try:
        return bool(band(text))
    except RuleBroken:
        return False


def told(minor: int) -> Money | str:
    """Cents as people read them."""
    return Money(minor) if abs(minor) <= MAX_MINOR else plain(minor)


def plain(minor: int) -> str:
    """Cents as exact text, also beyond what one document can hold."""
    sign, value = "-" if minor < 0 else "", abs(minor)
    return f"{sign}{value // 100}.{value % 100:02d}"
