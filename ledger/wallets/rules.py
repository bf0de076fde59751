"""Codes of wallets: eight signs that people can read to each other, of which the last tells a typing error."""

from collections.abc import Callable

from cwb.kernel.money import Money
from ledger.wallets.errors import AmountMissing, CodeUnknown

SIGNS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
"""Without 0, 1, I, O and U. There are 31, a prime: so every wrong sign and every swap of two changes the last one."""
LENGTH = 8
NOTE = 200


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


def in_euros(amount: Money) -> str:
    """An amount in a sentence."""
    return f"€ {amount.plain().replace('.', ',')}"


def check_amount(amount: Money) -> None:
    """Whether there is something to pay.

    Raises:
        AmountMissing: nothing, or less.
    """
    if amount.minor <= 0:
        raise AmountMissing(field="amount")
