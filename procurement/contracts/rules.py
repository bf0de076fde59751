"""The lines, the term and the state of a contract: pure decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.vat.rules import VatCode
from procurement.contracts import errors

MOST_LINES = 60
"""Most lines of a contract: five years of monthly instalments."""

MOST_TEXT = 200
"""Longest description of a line, in characters."""


class LocalOutcome(StrEnum):
    """What examining the local option brought (covenant: checked at every new contract)."""

    LOCAL_CHOSEN = "local_chosen"
    LOCAL_COMPETED = "local_competed"
    NONE_FOUND = "none_found"
    NOT_EXAMINED = "not_examined"
    LOCAL_INVITED = "local_invited"


OUTCOME_TEXTS = {
    LocalOutcome.LOCAL_CHOSEN: N_("Ja: de leverancier werkt vanuit het gebied"),
    LocalOutcome.LOCAL_COMPETED: N_("Ja: lokale leveranciers deden mee, een ander won"),
    LocalOutcome.NONE_FOUND: N_("Ja: er was geen lokale leverancier die dit kan"),
    LocalOutcome.NOT_EXAMINED: N_("Nee, niet onderzocht"),
    LocalOutcome.LOCAL_INVITED: N_("Ja: lokale leveranciers zijn uitgenodigd"),
}
SETTLED = tuple(each for each in LocalOutcome if each is not LocalOutcome.LOCAL_INVITED)
"""What can be said once it is known who does the work."""

BEFORE_BIDS = (LocalOutcome.LOCAL_INVITED, LocalOutcome.NONE_FOUND, LocalOutcome.NOT_EXAMINED)
"""What can be said while nobody won yet."""


class ContractState(StrEnum):
    """Where a contract stands."""

    DRAFT = "draft"
    ONE_SIGNED = "one_signed"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, how much in euro without VAT, and its VAT code."""

    description: str
    amount: Money
    vat: VatCode


def title_of(number: str, title: str, lots: int, lot: int, lot_title: str) -> str:
    """The title of a contract: the tender's, or with several lots its number and the lot."""
    return title if lots == 1 else f"{lot_title} ({number}, perceel {lot})"


def instalments(price: Money, count: int, description: str, vat: VatCode) -> list[Line]:
    """The price in `count` equal parts to the cent, largest first; together exactly the price.

    Raises:
        InstalmentsWrong: outside 1 to 60, or more parts than cents.
        LineInvalid: no description.
    """
    if not 1 <= count <= MOST_LINES or count > price.minor:
        raise errors.InstalmentsWrong(field="instalments", most=MOST_LINES)
    text = description.strip()
    if not text or len(text) > MOST_TEXT - 10:
        raise errors.LineInvalid(field="description", line=1)
    parts = price.allocate([1] * count)
    if count == 1:
        return [Line(text, parts[0], vat)]
    return [Line(f"{text} ({place}/{count})", part, vat) for place, part in enumerate(parts, start=1)]


def check_lines(lines: Sequence[Line], price: Money) -> None:
    """Typed lines: each described and above zero, together the awarded price.

    Raises:
        InstalmentsWrong: none, or too many.
        LineInvalid: names the line.
        SumDiffers: says both sums.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise errors.InstalmentsWrong(field="lines", most=MOST_LINES)
    for place, each in enumerate(lines, start=1):
        if not each.description.strip() or len(each.description) > MOST_TEXT or each.amount.minor <= 0:
            raise errors.LineInvalid(field="lines", line=place)
    total = sum((each.amount for each in lines), Money(0))
    if total != price:
        raise errors.SumDiffers(field="lines", sum=total, price=price)


def is_longer(starts_on: date, ends_on: date, told: tuple[date | None, date | None]) -> bool:
    """Whether a term lasts more days than the one that was tendered; `told` is its first and last day."""
    first, last = told
    return first is not None and last is not None and ends_on - starts_on > last - first


def check_terms(starts_on: date, ends_on: date, payment_days: int, today: date | None = None) -> None:
    """An end after the start and not before `today` (None: any), and payment within thirty days.

    Raises:
        TermReversed, TermOver, PaymentTermInvalid: at the field.
    """
    if ends_on <= starts_on:
        raise errors.TermReversed(field="ends_on")
    if today is not None and ends_on < today:
        raise errors.TermOver(field="ends_on")
    if not 1 <= payment_days <= 30:
        raise errors.PaymentTermInvalid(field="payment_days")


def state_of(
    buyer_signed_at: datetime | None, supplier_signed_at: datetime | None, *, has_begun: bool = False
) -> ContractState:
    """The state from the signatures. `has_begun`: somebody of several suppliers signed, though not yet all."""
    signed = sum(each is not None for each in (buyer_signed_at, supplier_signed_at))
    return (ContractState.DRAFT, ContractState.ONE_SIGNED, ContractState.ACTIVE)[max(signed, int(has_begun))]
