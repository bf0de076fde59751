"""What of a record goes into the chain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cwb.kernel.canonical import GENESIS, link


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of recomputing the chain. `fault` names the first record that does not fit, else None."""

    records: int
    sealed: int
    unsealed: int
    head: str
    fault: str | None


def content(
    *, record_id: int, at: datetime, actor_id: int | None, action: str, subject: str, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """The hashed content of a record: identifiers and facts, never a name."""
    return {
        "id": record_id,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": actor_id,
        "action": action,
        "subject": subject,
        "facts": dict(facts),
    }


def recompute(rows: Iterable[tuple[int, int, str, dict[str, Any]]], unsealed: int) -> Verdict:
    """Recompute every link of `(seq, record_id, stored hash, content)` in order of seq."""
    head, sealed, fault = GENESIS, 0, None
    for seq, record_id, stored, what in rows:
        sealed += 1
        head = link(head, what)
        if fault is None and (seq != sealed or stored != head):
            fault = f"record {record_id} (link {seq})"
    return Verdict(sealed + unsealed, sealed, unsealed, head, fault)
