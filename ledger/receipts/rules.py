"""Decisions about receipts on bare values: VAT inside an amount, who books, and a photo without what it tells."""

import struct
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cwb.kernel.money import Money, half_up
from cwb.kernel.text import N_
from ledger.receipts.errors import BoughtInFuture, BoughtLongAgo, NothingOnIt, TooMuchOnIt
from ledger.vat.rules import VatCode, rate_on

SECOND_LOOK = Money(50_000)
"""Above this a second person looks and books (own choice)."""
MOST = Money(10_000_000)
EARLY, NEAR = 3, 60
"""Days before the day on a receipt, and after the day it was brought, in which the bank tells of its payment."""
NAME = 120
"""Longest name of a shop, in characters."""


class ReceiptState(StrEnum):
    """Waits for a second look, is in the books, or was turned back by the opposite posting.

    `withdrawn`: taken away by who brought it, before it came into the books.
    """

    WAITING = "waiting"
    BOOKED = "booked"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"


class PaidBy(StrEnum):
    """Whose money paid."""

    MEMBER = "member"
    BANK = "bank"


PAYERS: Mapping[str, str] = {
    PaidBy.MEMBER: N_("Ik schoot het voor. De coöperatie betaalt mij terug."),
    PaidBy.BANK: N_("Met de pas of rekening van de coöperatie."),
}

CATEGORIES: Mapping[str, str] = {
    "materials": N_("Materiaal en spullen"), "tools": N_("Gereedschap"), "travel": N_("Reizen en vervoer"),
    "food": N_("Boodschappen om te eten of te drinken"), "dining": N_("Gegeten of gedronken in een café of restaurant"),
    "office": N_("Kantoor en telefoon"), "other": N_("Anders"),
}  # fmt: skip

NO_VAT_BACK = frozenset({"dining"})
"""Costs whose VAT never comes back: food and drink served on the spot (art. 15 lid 5 Wet OB 1968)."""

STATES: Mapping[str, tuple[str, str]] = {
    ReceiptState.WAITING: (N_("wacht op een tweede blik"), "warn"),
    ReceiptState.BOOKED: (N_("geboekt"), "good"),
    ReceiptState.REVERSED: (N_("teruggedraaid"), "neutral"),
    ReceiptState.WITHDRAWN: (N_("ingetrokken"), "neutral"),
}


def vat_inside(gross: int, code: VatCode, on: date) -> int:
    """The VAT in an amount that holds it, in cents, rounded half-up."""
    percent = rate_on(code, on).percent
    return half_up(Decimal(gross) * percent / (100 + percent))


def check_amounts(high: Money, low: Money, none: Money, bought_on: date, today: date) -> None:
    """Something on it, nothing below zero, and on a day that was.

    Raises:
        NothingOnIt, TooMuchOnIt, BoughtInFuture, BoughtLongAgo: at the field.
    """
    amounts = (high, low, none)
    total = sum(amounts, Money(0))
    if min(amounts) < Money(0) or not Money(0) < total:
        raise NothingOnIt(field="high")
    if not total < MOST:
        raise TooMuchOnIt(field="high")
    if bought_on > today:
        raise BoughtInFuture(field="bought_on")
    if bought_on < earliest(today):
        raise BoughtLongAgo(year=earliest(today).year, field="bought_on")


def earliest(today: date) -> date:
    """The first day a receipt of today may be of: the year before this one (own choice; a typing mistake more often).

    VAT of longer ago is asked back by a supplement to the return of then, and those books are closed.
    """
    return date(today.year - 1, 1, 1)


MOST_TOGETHER = 12
"""So many receipts of one member are tried together, the oldest first; more are for a person."""
MOST_WAYS = 3
"""So many sets of receipts are shown for one amount; from two on it is not clear which it is."""


def is_near(paid_on: date, *, bought_on: date, brought_on: date) -> bool:
    """Whether a payment of this day may be of a receipt: not long before it was bought or after it was brought."""
    return (paid_on - bought_on).days >= -EARLY and (paid_on - max(bought_on, brought_on)).days <= NEAR


def together(amount: int, totals: Sequence[int]) -> list[tuple[int, ...]]:
    """The places of two or more totals (cents, above zero) that make an amount, at most `MOST_WAYS`; in their order.

    Of more totals than `MOST_TOGETHER` only all together, or sets of the first ones.
    """
    found = [tuple(range(len(totals)))] if len(totals) > MOST_TOGETHER and sum(totals) == amount else []
    ways: list[tuple[tuple[int, ...], int]] = [((), 0)]
    for place, each in enumerate(totals[:MOST_TOGETHER]):
        more = [((*those, place), total + each) for those, total in ways if total + each <= amount]
        found += [those for those, total in more if total == amount and len(those) > 1]
        ways += more
    return sorted(found)[:MOST_WAYS]


def bare_photo(content: bytes, kind: str) -> bytes:
    """The picture without where, when and with what it was taken; which side is up stays."""
    return _bare_png(content) if kind == "png" else _bare_jpeg(content)


def _bare_png(content: bytes) -> bytes:
    kept, place = bytearray(content[:8]), 8
    while place + 12 <= len(content):
        (size,) = struct.unpack_from(">L", content, place)
        name, end = content[place + 4 : place + 8], place + 12 + size
        if name[:1].isupper() or name in {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs"}:
            kept += content[place:end]
        place = len(content) if name == b"IEND" else end
    return bytes(kept)


def _bare_jpeg(content: bytes) -> bytes:
    kept, place, side = bytearray(), 2, 0
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != 0xDA:
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        (size,) = struct.unpack_from(">H", content, place + 2)
        part, place = content[place : place + 2 + size], place + 2 + size
        if marker == 0xE1:
            side = side or _orientation(part[4:])
        elif not (0xE1 <= marker <= 0xEF and marker != 0xEE) and marker != 0xFE:
            kept += part
    end = content.rfind(b"\xff\xd9") + 2  # what some phones hang behind the picture goes too
    return b"\xff\xd8" + (_sided(side) if 1 < side <= 8 else b"") + bytes(kept) + content[place:end]


def _orientation(exif: bytes) -> int:
    """Which side is up (1 to 8), or 0."""
    if exif[:6] != b"Exif\0\0" or exif[6:8] not in {b"II", b"MM"}:
        return 0
    tiff, order = exif[6:], "<" if exif[6:8] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(f"{order}L", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for place in range(start + 2, start + 2 + 12 * min(count, 100), 12):
            tag, _kind, _count, value = struct.unpack_from(f"{order}HHLH", tiff, place)
            if tag == 0x0112:
                return int(value)
    except struct.error:
        return 0
    return 0


def _sided(side: int) -> bytes:
    """The part of a JPEG that says which side is up, and nothing else."""
    tiff = b"MM\0*" + struct.pack(">LHHHLHHL", 8, 1, 0x0112, 3, 1, side, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
