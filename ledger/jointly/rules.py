"""Lines of a joint contract, taken together again, and who may send for whom; on bare values."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from cwb.kernel.text import N_
from ledger.jointly.errors import MandateMissing, NoPartner

MANDATE = N_(
    "Wij laten %(agent)s onze facturen onder %(reference)s maken en versturen, op onze naam en met ons nummer. "
    "Wij blijven zelf verantwoordelijk voor de factuur en de btw."
)
"""The text that is offered. A third party may issue an invoice in the name and for the account of the supplier, who
stays answerable (VAT directive 2006/112/EC art. 220 and 224, Wet OB 1968 art. 34c; article numbers unverified)."""

LEAST = 20
"""Characters of the shortest mandate that says for what it is (project choice)."""


Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Part(Generic[Line]):
    """One line as it was agreed: the lines of each partner that together are it, to the cent; `place` from 1."""

    place: int
    description: str
    lines: tuple[Line, ...]


def parts(lines: Iterable[tuple[str, int | None, Line]]) -> list[Part[Line]]:
    """The agreed lines of a joint contract, given as (words, whose, line), each as what its partners have of it.

    Lines stand in order, each split over the partners (`ledger.agreements.rules.split_lines`): a new one begins where
    the words differ or a partner comes again. Lines that are of all (None) are left out: they were never divided.
    """
    found: list[tuple[str, dict[int, Line]]] = []
    for words, party_id, line in lines:
        if party_id is None:
            continue
        if not found or found[-1][0] != words or party_id in found[-1][1]:
            found.append((words, {}))
        found[-1][1][party_id] = line
    return [Part(place, words, tuple(each.values())) for place, (words, each) in enumerate(found, start=1)]


def check_agent(agent_id: int, party_id: int, suppliers: Collection[int]) -> None:
    """Two different suppliers of one contract.

    Raises:
        NoPartner.
    """
    if agent_id == party_id or not {agent_id, party_id} <= set(suppliers):
        raise NoPartner(field="agent")


def check_mandates(
    agent_id: int, party_ids: Sequence[int], agents: Mapping[int, int], names: Mapping[int, str]
) -> None:
    """Whoever is invoiced for lets this partner do so: `agents` gives by partner whom it lets send.

    Raises:
        MandateMissing: the first who does not.
    """
    for party_id in party_ids:
        if party_id != agent_id and agents.get(party_id) != agent_id:
            raise MandateMissing(name=names[party_id])
