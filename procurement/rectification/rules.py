"""What differs, whether it is substantial, and until when a tender then stays open: pure decisions."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cwb.kernel.calendar import run_on
from cwb.kernel.clock import LOCAL, local_date
from procurement.demands.rules import is_lower
from procurement.rectification import errors
from procurement.wage_floors.rules import AMENDABLE

ALWAYS_SUBSTANTIAL = AMENDABLE | {"value_minor", "framework_max_minor", "starts_on", "ends_on"}
"""Fields whose change always gives bidders more time."""

TEXTS = frozenset({"description", "requirements"})
"""Texts that may be changed, besides those of criteria."""

Value = str | int | bool | None

LEAST_REASON = 10
"""Characters of a reason; fewer tell a reader nothing."""

DEMAND = "demand"
"""How names of demands begin."""


def check_reason(reason: str) -> None:
    """A change after publication says why.

    Raises:
        ReasonTooShort: at the field `reason`.
    """
    if len(reason.strip()) < LEAST_REASON:
        raise errors.ReasonTooShort(field="reason", least=LEAST_REASON)


def criterion_name(lot: int, code: str) -> str:
    """The name under which the text of a criterion is changed."""
    return f"criterion:{lot}:{code}"


def demand_name(demand_id: int, part: str = "") -> str:
    """The name of a demand, or under which a part of it (one of `demands.rules.LOWERED`) is lowered."""
    return f"{DEMAND}:{demand_id}:{part}" if part else f"{DEMAND}:{demand_id}"


def lowered(fields: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """The new values of demands among the changed fields, by demand and part.

    Raises:
        DemandRaised: one would ask more than what was published.
    """
    found: dict[int, dict[str, Any]] = {}
    for name, change in fields.items():
        if name.startswith(f"{DEMAND}:"):
            _, demand_id, part = name.split(":")
            if not is_lower(part, change["old"], change["new"]):
                raise errors.DemandRaised(field=name.replace(":", "-"))
            found.setdefault(int(demand_id), {})[part] = change["new"]
    return found


def may_change(name: str) -> bool:
    """Whether this can be changed after publication at all."""
    return name in ALWAYS_SUBSTANTIAL | TEXTS or name.startswith(("criterion:", f"{DEMAND}:"))


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Value]]:
    """Each changed field with its old and new value, as JSON values.

    Raises:
        FrozenAtPublication: a name that cannot be changed.
        NothingChanged: all is as it was.
    """
    if any(name not in before or not may_change(name) for name in after):
        raise errors.FrozenAtPublication
    found = {
        name: {"old": _plain(before[name]), "new": _plain(value)}
        for name, value in after.items()
        if _plain(before[name]) != _plain(value)
    }
    if not found:
        raise errors.NothingChanged
    return found


def _plain(value: Any) -> Value:
    return value.isoformat() if isinstance(value, date) else value


def is_substantial(fields: Mapping[str, Any], *, clarifies: bool) -> bool:
    """Whether bidders need more time: amounts, wages, dates, demands always; texts unless the buyer only clarifies.

    A lower demand may bring bidders who could not take part before: it is told to all, in time (CJEU C-298/15, Borta).
    """
    is_demand = any(name.startswith(f"{DEMAND}:") for name in fields)
    return not clarifies or is_demand or not ALWAYS_SUBSTANTIAL.isdisjoint(fields)


APPLYING = "apply_until"
"""The field by which an amendment says that one may apply again."""


def applies_again(*, apply_until: datetime, at: datetime, days: int) -> datetime:
    """Until when one may apply again after a demand was lowered while applying had closed.

    At least as many days from now as the law gives for applying: whoever the heavier demand kept out gets the term that
    the others had (equal treatment; CJEU C-298/15, Borta). That the whole term is due is not read in a source: the
    careful choice of the house.
    """
    return closes_after(apply_until, at, days)


def closes_after(closes_at: datetime, at: datetime, days: int) -> datetime:
    """Closing, at least so many days after a change, at the same time of day; never earlier, never on a free day."""
    day = run_on(local_date(at) + timedelta(days=days))
    wanted = datetime.combine(day, closes_at.astimezone(LOCAL).time(), LOCAL).astimezone(UTC)
    return max(closes_at, wanted)


def as_much_later(closes_at: datetime, was: datetime, becomes: datetime) -> datetime:
    """Closing moved by as many days as an earlier term moved, at the same time of day, never on a free day."""
    day = run_on(local_date(closes_at) + (local_date(becomes) - local_date(was)))
    return datetime.combine(day, closes_at.astimezone(LOCAL).time(), LOCAL).astimezone(UTC)
