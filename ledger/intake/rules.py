"""Facts from plain data (JSON) somebody else made: read as far as they can be, each fault with its place."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Iban, IbanInvalid
from ledger.intake import errors

SHORT, LONG = 200, 2000
_UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Intake:
    """Reads facts and gathers in `faults` what is wrong; `field` of each tells where. What is not there is empty."""

    def __init__(self) -> None:
        self.faults: list[RuleBroken] = []

    def add(self, place: str, fault: RuleBroken) -> None:
        """Note a fault."""
        fault.field = place
        self.faults.append(fault)

    def part(
        self, data: Mapping[str, Any], name: str, place: str = "", *, must: bool = False
    ) -> Mapping[str, Any]:
        """An object within."""
        found = data.get(name)
        if found is None and must:
            self.add(place + name, errors.FactMissing())
        elif found is not None and not isinstance(found, Mapping):
            self.add(place + name, errors.FactInvalid())
        return found if isinstance(found, Mapping) else {}

    def text(
        self, data: Mapping[str, Any], name: str, place: str = "", *, must: bool = False, most: int = SHORT
    ) -> str:
        """Text without blanks around it; `must` be there, `most` characters."""
        found = data.get(name)
        if found is None or found == "":
            if must:
                self.add(place + name, errors.FactMissing())
            return ""
        if not isinstance(found, str) or _UNPRINTABLE.search(found):
            self.add(place + name, errors.FactInvalid())
            return ""
        text = found.strip()
        if len(text) > most:
            self.add(place + name, errors.TextTooLong(most=most))
        elif not text and must:
            self.add(place + name, errors.FactMissing())
        return text

    def day(self, data: Mapping[str, Any], name: str, place: str = "", *, must: bool = False) -> date | None:
        """A day as year-month-day."""
        text = self.text(data, name, place, must=must)
        if not text:
            return None
        found = _day(text)
        if found is None:
            self.add(place + name, errors.DateUnreadable())
        return found

    def number(
        self, data: Mapping[str, Any], name: str, place: str = "", *, must: bool = False, decimals: int = 10
    ) -> Decimal | None:
        """A decimal number, as text or number, with at most so many `decimals`."""
        found = data.get(name)
        if found is None or found == "":
            if must:
                self.add(place + name, errors.FactMissing())
            return None
        is_number = not isinstance(found, bool) and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,20})?", str(found))
        number = Decimal(str(found)) if is_number else None
        if number is None or round(number, decimals) != number:
            self.add(place + name, errors.AmountUnreadable())
            return None
        return number

    def iban(self, data: Mapping[str, Any], name: str, place: str, *, must: bool = False) -> str:
        """An IBAN with right check digits."""
        text = self.text(data, name, place, must=must)
        try:
            return Iban.parse(text) if text else ""
        except IbanInvalid as fault:
            self.add(place + name, fault)
            return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None
