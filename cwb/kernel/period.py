"""Half-open periods of days: a quarter, a year, any [start, end)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class PeriodInvalid(RuleBroken):
    """A text that names no period."""

    message = N_("“%(text)s” is geen periode. Schrijf bijvoorbeeld 2026-Q3 of 2026.")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to, but not including, `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise PeriodInvalid(text=f"{self.start}/{self.end}")

    @classmethod
    def quarter(cls, year: int, number: int) -> Self:
        """A calendar quarter, number 1 to 4."""
        first = 3 * number - 2
        end = date(year + 1, 1, 1) if number == 4 else date(year, first + 3, 1)
        return cls(date(year, first, 1), end)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "2026-Q3", "2026" or "2026-07-01/2026-10-01".

        Raises:
            PeriodInvalid: the text is none of these.
        """
        try:
            if found := re.fullmatch(r"(\d{4})-[Qq]([1-4])", text):
                return cls.quarter(int(found[1]), int(found[2]))
            if re.fullmatch(r"\d{4}", text):
                return cls(date(int(text), 1, 1), date(int(text) + 1, 1, 1))
            start, _, end = text.partition("/")
            return cls(date.fromisoformat(start), date.fromisoformat(end))
        except ValueError:
            raise PeriodInvalid(text=text[:40]) from None

    @classmethod
    def quarter_of(cls, day: date) -> Self:
        """The quarter a day falls in."""
        return cls.quarter(day.year, (day.month + 2) // 3)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __str__(self) -> str:
        if self.start.day == 1 and self == Period.quarter_of(self.start):
            return f"{self.start.year}-Q{(self.start.month + 2) // 3}"
        if self == Period.parse(f"{self.start.year:04}"):
            return str(self.start.year)
        return f"{self.start.isoformat()}/{self.end.isoformat()}"

    def previous_quarter(self) -> "Period":
        """The quarter before the one this period starts in."""
        return Period.quarter_of(Period.quarter_of(self.start).start - timedelta(days=1))
