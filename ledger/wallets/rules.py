"""Codes of wallets, of which the last sign tells a typing error; and how old what leaves a wallet is."""

import unicodedata
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from cwb.kernel.money import Money
from ledger.instruments import rules as instrument_rules
from ledger.pins.rules import MOST_WITHOUT
from ledger.wallets.errors import AmountMissing, CodeUnknown, RefundDone, RefundWithdrawn

SIGNS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
"""Without 0, 1, I, O and U. There are 31, a prime: so every wrong sign and every swap of two changes the last one."""
LENGTH = 8
NOTE = 200


def withheld(residents: int) -> int:
    """How many balances of firms are withheld as well, so that nobody finds by subtraction what few residents hold.

    All that is out, less what each firm holds, is what residents hold: with these the rest is of five or more.
    """
    return max(instrument_rules.FEWEST - residents, 0) if residents else 0


def new_code(draw: Callable[[int], int]) -> str:
    """A new code; `draw` gives a number below another."""
    body = "".join(SIGNS[draw(len(SIGNS))] for _ in range(LENGTH - 1))
    return body + _last(body)


def read_code(text: str) -> str:
    """A code as somebody typed it: blanks, dashes and small letters are fine.

    Raises:
        CodeUnknown: it is none.
    """
    code = "".join(text.upper().replace("-", " ").split())
    if len(code) != LENGTH or not set(code) <= set(SIGNS) or _last(code[:-1]) != code[-1]:
        raise CodeUnknown(field="code")
    return code


def shown(code: str) -> str:
    """A code in two halves."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def _last(body: str) -> str:
    return SIGNS[sum(place * SIGNS.index(sign) for place, sign in enumerate(body, start=1)) % len(SIGNS)]


def reference_key(reference: str) -> str:
    """What makes a reference on a bank statement one and the same: capitals and blanks make no other of it.

    Who types it over reads it from paper or a screen; the same deposit must not issue twice. A digest, for a key.
    """
    plain = "".join(unicodedata.normalize("NFKC", reference).casefold().split())
    return sha256(plain.encode()).hexdigest()


def in_euros(amount: Money) -> str:
    """An amount in a sentence."""
    return f"€ {amount.plain().replace('.', ',')}"


def counts_again(volume: int, amount: int) -> bool:
    """Whether the year is summed for this payment, where `volume` cents were found by another in the same second.

    Not for a small one far from the limit: to pass from the first warning to the stop within that second takes ten
    thousand of them, and no books here take a tenth of that.
    """
    return amount > MOST_WITHOUT or volume >= instrument_rules.WARNINGS[0]


def check_amount(amount: Money) -> None:
    """Whether there is something to pay.

    Raises:
        AmountMissing: nothing, or less.
    """
    if amount.minor <= 0:
        raise AmountMissing(field="amount")


class Asked(Protocol):
    """What a holder asked back, as it stands: when it was paid, when it was taken back."""

    paid_at: datetime | None
    withdrawn_at: datetime | None


def check_waits(asked: Asked) -> None:
    """Whether a refund still waits: it may be paid or taken back, once.

    Raises:
        RefundDone, RefundWithdrawn: it does not.
    """
    if asked.paid_at is not None:
        raise RefundDone
    if asked.withdrawn_at is not None:
        raise RefundWithdrawn


Lot = tuple[int, date, int]
"""Cents, since when its holder has them, and how often they were paid on since they were issued."""


def lots_taken(
    lines: Iterable[tuple[int, date, int, int]], leaving: Mapping[int, int], on: date
) -> dict[int, list[tuple[int, int, int]]]:  # fmt: skip
    """The lots that leave accounts first, as (cents, days held, payments): what came in first goes out first.

    `leaving`: the cents that each account gives up.

    `lines` are transfer, day, account and cents of all wallets, in order. What moves between wallets begins anew with
    its holder and was paid on once more; what comes from nowhere else was issued. Less is taken when less is there.
    """
    held: defaultdict[int, deque[Lot]] = defaultdict(deque)
    for _, group in groupby(lines, key=itemgetter(0)):
        moved = list(group)
        pool: deque[Lot] = deque()
        for _, _, giver, amount in moved:
            if amount < 0:
                pool.extend(_take(held[giver], -amount))
        for _, day, taker, amount in moved:
            if amount > 0:
                paid = _take(pool, amount)
                issued = amount - sum(each[0] for each in paid)
                held[taker].extend((part, day, hops + 1) for part, _, hops in paid)
                held[taker].extend([(issued, day, 0)] if issued else [])
    return {
        account_id: [(part, (on - since).days, hops) for part, since, hops in _take(held[account_id], cents)]
        for account_id, cents in leaving.items()
    }


def _take(lots: deque[Lot], cents: int) -> list[Lot]:
    """What leaves first, as much as is there."""
    taken = []
    while cents and lots:
        there, since, hops = lots.popleft()
        part = min(cents, there)
        if part < there:
            lots.appendleft((there - part, since, hops))
        taken.append((part, since, hops))
        cents -= part
    return taken
