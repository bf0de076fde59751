"""What a sheet of vouchers may be, its codes, and how one is refused at a till. Amounts are cents.

A code has sixteen signs, of which the last tells a typing error: 31¹⁵ values, some 2⁷⁴. So a plain hash (SHA-256) gives
nothing away to who reads the database, and a till that guesses thirty times in a quarter of an hour finds none.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from cwb.documents.rules import Beside, Document, Facts, Figure, Paragraph, Words
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.vouchers import errors
from ledger.wallets.rules import SIGNS

LENGTH = 16
LEAST, MOST = Money(1_00), Money(50_00)
MOST_COUNT = 50
LONGEST = timedelta(days=366)


class State(StrEnum):
    """How a sheet stands."""

    OPEN = "open"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DONE = "done"


STATES = {
    State.OPEN: (N_("geldig"), "good"), State.EXPIRED: (N_("verlopen"), "neutral"),
    State.WITHDRAWN: (N_("ingetrokken"), "warn"), State.DONE: (N_("op"), "neutral"),
}  # fmt: skip


class Sheet(Protocol):
    """What is known of a sheet."""

    expires_at: datetime
    ended_at: datetime | None
    reason: str


def state(found: Sheet, left: int, at: datetime) -> State:
    """How it stands; `left`: vouchers that nobody redeemed."""
    if found.ended_at is not None:
        return State.WITHDRAWN if found.reason else State.EXPIRED
    if not left:
        return State.DONE
    return State.OPEN if at < found.expires_at else State.EXPIRED


def check_sheet(amount: Money, count: int, last_on: date, today: date) -> None:
    """Whether a sheet may be printed.

    Raises:
        AmountUnfit, CountUnfit, DayUnfit: at the field.
    """
    if not LEAST <= amount <= MOST:
        raise errors.AmountUnfit(field="amount")
    if not 1 <= count <= MOST_COUNT:
        raise errors.CountUnfit(field="count")
    if not today < last_on <= today + LONGEST:
        raise errors.DayUnfit(field="last_on")


def last_day(expires_at: datetime) -> date:
    """The last day on which a voucher pays."""
    return local_date(expires_at - timedelta(seconds=1))


def check_redeem(found: Sheet, used: tuple[datetime, str] | None, at: datetime) -> None:
    """Whether a voucher pays now. `used`: when and where it did before, which is told before all else.

    Raises:
        VoucherUsed, SheetEnded, VoucherExpired: it does not.
    """
    if used is not None:
        raise errors.VoucherUsed(moment=used[0], where=used[1], field="code")
    if found.ended_at is not None and found.reason:
        raise errors.SheetEnded(field="code")
    if found.ended_at is not None or at >= found.expires_at:
        raise errors.VoucherExpired(moment=found.expires_at, field="code")


def new_code(draw: Callable[[int], int]) -> str:
    """A new code; `draw` gives a number below another."""
    body = "".join(SIGNS[draw(len(SIGNS))] for _ in range(LENGTH - 1))
    return body + _last(body)


def read_code(text: str) -> str:
    """A code as somebody typed it: blanks, dashes and small letters are fine.

    Raises:
        CodeWrong: it is none.
    """
    code = re.sub(r"[\s-]", "", text).upper()
    if len(code) != LENGTH or not set(code) <= set(SIGNS) or _last(code[:-1]) != code[-1]:
        raise errors.CodeWrong(field="code")
    return code


def digest(code: str) -> bytes:
    """What the database keeps of a code."""
    return sha256(code.encode()).digest()


def shown(code: str) -> str:
    """A code in four parts."""
    return "-".join(code[place : place + 4] for place in range(0, LENGTH, 4))


def _last(body: str) -> str:
    return SIGNS[sum(place * SIGNS.index(sign) for place, sign in enumerate(body, start=1)) % len(SIGNS)]


def paper(
    words: Words, *, label: str, giver: str, money: str, live: bool, amount: Money, last_on: date, at: datetime,
    codes: list[tuple[str, str]],
) -> Document:  # fmt: skip
    """The sheet to print and cut; `codes`: each code with its QR picture (SVG), in order of their numbers."""
    text = words.text
    intro = [
        Paragraph(text(N_("Knip de bonnen los. Bewaar ze als geld: wie de code heeft, kan ermee betalen.")))
    ]
    if not live:
        intro.append(Paragraph(text(N_("Dit is oefengeld. Er komt of gaat geen echte euro.")), strong=True))
    return Document(
        text(N_("Bonnen van %(giver)s"), giver=giver), words.language, at,
        [
            *intro,
            *(
                Beside(
                    [
                        Facts([
                            (text(N_("Bon")), f"{label}-{number:02}"), (text(N_("Waarde")), words.money(amount.minor)),
                            (text(N_("Geld")), text(money)), (text(N_("Geldig tot en met")), words.day(last_on)),
                            (text(N_("Code")), shown(code)),
                        ])
                    ],
                    [Figure(svg, text(N_("QR-code van bon %(number)s"), number=number), caption="", width=45)],
                )
                for number, (code, svg) in enumerate(codes, start=1)
            ),
        ],
        mark=label, page=text(N_("Bladzijde {n} van {m}")),
    )  # fmt: skip
