"""In which gemeenten a four-digit postcode has addresses."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Municipalities:
    """The gemeenten (codes of four digits) in which each four-digit postcode has addresses, of one source and date."""

    source: str
    valid_from: date
    codes: Mapping[str, frozenset[str]]

    def lies(self, pc4: str, gemeenten: Collection[str], on: date) -> bool | None:
        """Whether all of a postcode lies in these gemeenten; None when a part does, or nothing is known for the day."""
        found = self.codes.get(pc4)
        if found is None or on < self.valid_from:
            return None
        if found <= frozenset(gemeenten):
            return True
        return None if found & frozenset(gemeenten) else False
