"""When a payer may ask a payment back: the board decides, so asking costs nothing and is done once."""

from datetime import datetime, timedelta

from cwb.kernel.money import Money
from ledger.checkout.rules import HELD, OrderState
from ledger.tills.errors import AskedBefore, NotToAsk

ASK_WITHIN = timedelta(days=60)
"""After that the provider's way back may be closed; the board pays by bank transfer then."""

AT_ONCE = frozenset({"voucher_topped_up"})
"""Kinds that a payer has back without asking (`ledger.topups`)."""


def may_ask(
    state: OrderState, kind: str, rest: Money, paid_at: datetime | None, at: datetime, *, debit: bool
) -> bool:  # fmt: skip
    """Whether a payment may be asked back; a debit is taken back at the bank, without asking."""
    in_time = paid_at is not None and at <= paid_at + ASK_WITHIN
    return state in HELD and rest.minor > 0 and in_time and not debit and kind not in AT_ONCE


def check_ask(allowed: bool, asked: bool) -> None:
    """Whether it is asked now.

    Raises:
        AskedBefore, NotToAsk: it is not.
    """
    if asked:
        raise AskedBefore
    if not allowed:
        raise NotToAsk
