"""When one person may say who a supplier is, and what an address may carry from the work list and back."""

import re
from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from ledger.extracts.rules import same_name


class Side(NamedTuple):
    """One of two that may be the same: every name it goes by, its KvK number, its VAT number and its postcode."""

    names: tuple[str, ...]
    kvk_number: str | None = None
    vat_id: str | None = None
    postcode: str = ""


def clashes(one: Side, other: Side) -> tuple[str, ...]:
    """In what two contradict each other: "name", "number", "postcode". What one of them lacks contradicts nothing."""
    pairs = {
        "number": ((one.kvk_number, other.kvk_number), (one.vat_id, other.vat_id)),
        "postcode": ((_bare(one.postcode), _bare(other.postcode)),),
    }
    found = () if any(same_name(a, b) for a in one.names for b in other.names) else ("name",)
    return (*found, *(each for each, those in pairs.items() if any(a and b and a != b for a, b in those)))


def _bare(postcode: str) -> str:
    return postcode.replace(" ", "").upper()


def one_is_enough(*, by_number: bool, differs: Collection[str], confirmed: bool = False) -> bool:
    """Whether one person may say who a supplier is: nothing contradicts, or a number points there and the name agrees.

    A number with another name was mistyped, or is somebody's who took a new name: two people say which. `confirmed`:
    the number is the one that the register confirmed of this supplier already.
    `by_number`: a number that is nobody else's, that a register knows, and that somebody else wrote down. Among
    suppliers of ledgers no number points: it was typed by hand (§10.2 of the definition of local spend).
    """
    return confirmed or not differs or (by_number and "name" not in differs)


def told_share(text: str | None) -> Decimal | None:
    """A share (0 to 1) as an address tells it; None for anything else."""
    found = re.fullmatch(r"(0(\.[0-9]{1,20})?|1(\.0{1,20})?)", text or "")
    return Decimal(found[0]) if found else None


def told_number(text: str | None) -> str:
    """A KvK number as a form carries it; "" for anything else."""
    return text if text and re.fullmatch(r"[0-9]{8}", text, re.ASCII) else ""
