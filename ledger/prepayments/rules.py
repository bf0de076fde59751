"""Decisions about money asked ahead, on bare values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cwb.kernel.money import Money
from ledger.agreements.rules import AgreementLine
from ledger.prepayments.errors import AheadAboveAgreement, AheadWrong
from ledger.vat.rules import VatCode

ASKED = "Voorschot op %s"
SETTLED = "Verrekening van voorschotfactuur %s"
"""What the lines are called. Invoices are in Dutch, as agreements are."""


def amount_ahead(percentage: Decimal | None, amount: Money | None, *, worth: Money, left: Money) -> Money:
    """What is asked ahead without VAT: a percentage of what a supplier's part is worth, or an amount.

    Raises:
        AheadWrong: neither, both, or nothing is asked.
        AheadAboveAgreement: more than is `left`.
    """
    if (percentage is None) == (amount is None):
        raise AheadWrong(field="percentage")
    asked = worth.times(percentage / 100) if percentage is not None else amount or Money(0)
    if asked.minor <= 0:
        raise AheadWrong(field="percentage")
    if left < asked:
        raise AheadAboveAgreement(left=left, field="amount" if percentage is None else "percentage")
    return asked


@dataclass(frozen=True, slots=True)
class Ahead(AgreementLine):
    """A line of money asked ahead."""

    @property
    def vat_code(self) -> VatCode:
        """As the work it is for."""
        return VatCode(self.vat)


def lines_ahead(asked: Money, worth: Mapping[VatCode, Money], reference: str) -> list[Ahead]:
    """One line per VAT code of the work, by what that work is worth, to the cent; parts add up."""
    codes = [code for code, net in worth.items() if net.minor > 0]
    parts = asked.allocate([worth[code].minor for code in codes])
    return [
        Ahead(ASKED % reference, "LS", Decimal(1), part.decimal(), code)
        for code, part in zip(codes, parts, strict=True)
        if part.minor
    ]


Rate = tuple[str, Decimal]
"""Category and percent."""


def settled_now(
    open_ones: Sequence[tuple[int, Mapping[Rate, int]]], work: Mapping[Rate, int]
) -> list[tuple[int, Rate, int]]:
    """What is taken off an invoice: the oldest first, and per rate as many cents as its work has."""
    room, found = dict(work), []
    for key, parts in open_ones:
        for rate, left in parts.items():
            now = min(left, room.get(rate, 0))
            if now > 0:
                room[rate] -= now
                found.append((key, rate, now))
    return found
