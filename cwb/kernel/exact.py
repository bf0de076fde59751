"""Exact numbers: fractions, and decimals of 64 digits for roots and logarithms; rounding once, when printed."""

from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, Underflow
from fractions import Fraction

EXACT = Context(prec=64, traps=[DivisionByZero, InvalidOperation, Overflow, Underflow])
"""Fourteen digits more than count, so that what is compared at fifty is right."""

_WIDE = Context(prec=200, traps=[DivisionByZero, InvalidOperation, Overflow])
_SHOWN, _SAME = Decimal("0.000001"), Decimal(10) ** -50

Number = Fraction | Decimal


def decimal_of(value: Fraction) -> Decimal:
    """A fraction as a decimal of 64 digits."""
    return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))


def power(base: Fraction, exponent: Fraction) -> Number:
    """A power: exact for whole exponents up to a thousand, else with 64 digits.

    Raises:
        ArithmeticError: beyond what can be computed.
    """
    if exponent.denominator == 1 and abs(exponent) <= 1000:
        found = base**exponent.numerator
        return found if isinstance(found, Fraction) else Fraction(found)
    return EXACT.power(decimal_of(base), decimal_of(exponent))


def total(one: Number, other: Number) -> Number:
    """The sum of two numbers; a fraction when both are."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one + other
    return EXACT.add(*(each if isinstance(each, Decimal) else decimal_of(each) for each in (one, other)))


def compared(value: Number) -> Number:
    """A number as it is compared: a fraction as it is, a decimal at fifty places."""
    return value if isinstance(value, Fraction) else value.quantize(_SAME, context=_WIDE)


def shown(value: Number | None) -> str | None:
    """A number as it is printed: half-up to six decimals, without trailing zeros."""
    if value is None:
        return None
    if isinstance(value, Fraction):
        millionths = abs(value) * 10**6
        whole, rest = divmod(millionths.numerator, millionths.denominator)
        whole += 2 * rest >= millionths.denominator
        digits = str(whole).rjust(7, "0")
        text = f"{'-' if value < 0 and whole else ''}{digits[:-6]}.{digits[-6:]}"
    else:
        text = f"{value.quantize(_SHOWN, rounding=ROUND_HALF_UP, context=_WIDE):f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
