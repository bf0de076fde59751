"""Money: integer minor units and a currency, from form to column. Never a float."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_

MAX_MINOR = 10**15


class CurrencyMismatch(RuleBroken):
    """Amounts of two currencies were combined."""

    message = N_("Bedragen in %(one)s en %(other)s kunnen niet samen.")


class AmountTooLarge(RuleBroken):
    """An amount beyond what one document can hold."""

    message = N_("Dit bedrag is te groot. Controleer de komma.")


def half_up(value: Decimal) -> int:
    """Round a number of minor units to a whole one, half away from zero (EN 16931 practice)."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in integer minor units (euro cents) of one currency (ISO 4217 or a local code)."""

    minor: int
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are an int, not {type(self.minor).__name__}")
        if abs(self.minor) > MAX_MINOR:
            raise AmountTooLarge

    @classmethod
    def of(cls, amount: Decimal | str, currency: str = "EUR") -> Self:
        """From a decimal number of major units with at most two decimals ("1250.00").

        Raises:
            ValueError: more than two decimals, or no number.
        """
        minor = Decimal(amount) * 100
        if not minor.is_finite() or minor != minor.to_integral_value():
            raise ValueError(f"{amount} is not a whole number of cents")
        return cls(int(minor), currency)

    def decimal(self) -> Decimal:
        """The amount in major units, exact, with two decimals."""
        return Decimal(self.minor).scaleb(-2)

    def plain(self) -> str:
        """The exact amount as text with a point: "1250.00" (files, JSON)."""
        return f"{self.decimal():.2f}"

    def __str__(self) -> str:
        """For logs and the command line: "1250.00 EUR"."""
        return f"{self.plain()} {self.currency}"

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(one=self.currency, other=other.currency)

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def times(self, factor: Decimal) -> "Money":
        """Multiplied by a quantity or rate, rounded half-up once."""
        return Money(half_up(self.minor * factor), self.currency)

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Split by weights to the cent by largest remainder; the earlier weight wins a tie; parts add up."""
        total = sum(weights)
        if total <= 0 or any(weight < 0 for weight in weights):
            raise ValueError("weights are non-negative and not all zero")
        parts = [divmod(abs(self.minor) * weight, total) for weight in weights]
        left = abs(self.minor) - sum(whole for whole, _ in parts)
        order = sorted(range(len(parts)), key=lambda i: (-parts[i][1], i))
        extra = set(order[:left])
        sign = -1 if self.minor < 0 else 1
        return [Money(sign * (whole + (i in extra)), self.currency) for i, (whole, _) in enumerate(parts)]
