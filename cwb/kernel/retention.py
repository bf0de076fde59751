"""What a table keeps about people: said beside the table, shown on the privacy page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Retention:
    """What a table holds about people, how long, and what happens then (msgids, shown to everyone).

    Every model carries one as `__retention__`; a test fails where it is missing. `holds` empty means: nothing
    about people, and then the other two stay empty too.
    """

    holds: str = ""
    kept: str = ""
    then: str = ""

    def __post_init__(self) -> None:
        if bool(self.holds) != bool(self.kept and self.then):
            raise ValueError("say what is held, how long and what happens then; or nothing at all")


NOTHING_PERSONAL = Retention()
"""For tables without anything about people."""


def of_models(models: Iterable[type[Any]]) -> dict[str, Retention | None]:
    """Table name → what its model says; None where a model says nothing."""
    return {each.__tablename__: each.__dict__.get("__retention__") for each in models}
