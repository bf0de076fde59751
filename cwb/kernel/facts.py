"""Facts of a message as they are stored, so that each reader has them in their own language and writing later."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from cwb.kernel.money import Money
from cwb.kernel.text import Marked


def stored(fact: object) -> object:
    """A fact as JSON keeps it: with its kind where people write it differently, else as text."""
    if isinstance(fact, Marked):
        return {"marked": str(fact)}
    if isinstance(fact, Money):
        return {"minor": fact.minor, "currency": fact.currency}
    if isinstance(fact, datetime):
        return {"at": fact.isoformat()}
    if isinstance(fact, date):
        return {"on": fact.isoformat()}
    if isinstance(fact, Decimal):
        return {"exact": str(fact)}
    return str(fact)


def restored(fact: object) -> object:
    """The fact that was stored; what has no kind stays as it is."""
    match fact:
        case {"marked": str(text)}:
            return Marked(text)
        case {"minor": int(minor), "currency": str(currency)}:
            return Money(minor, currency)
        case {"at": str(text)}:
            return datetime.fromisoformat(text)
        case {"on": str(text)}:
            return date.fromisoformat(text)
        case {"exact": str(text)}:
            return Decimal(text)
    return fact


def all_restored(facts: Mapping[str, object]) -> dict[str, object]:
    """Every fact of a message that was stored."""
    return {name: restored(value) for name, value in facts.items()}
