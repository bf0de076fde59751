"""The agenda of the demo year: moments in order, and who is who."""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from cwb.kernel.clock import LOCAL
from cwb.kernel.policy import Actor, Role

Act = Callable[[Any, datetime], None]
"""`act(session, at)`, run in one `atomic()` with the database's clock at that moment."""


@dataclass
class Agenda:
    """Moments up to `ends_at`.

    `facts` is the area's demo data; `cast` maps names of the story to keys; `data_dir` holds keys outside the
    database.

    An act may add later moments; moments after the end have not happened yet and are left out.
    """

    ends_at: datetime
    facts: Mapping[str, Any]
    data_dir: Path
    cast: dict[str, Any] = field(default_factory=dict)
    _moments: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _turn: Any = field(default_factory=count)

    def actor(self, key: str, who: str, role: Role) -> Actor:
        """Somebody of the cast at work for an organisation: `actor("gemeente", "purchaser1", Role.PURCHASER)`."""
        return Actor(self.cast[f"{key}/{who}"], "", self.cast[key], "", frozenset({role}))

    def day(self, days_ago: float, hour: int = 10, minute: int = 0) -> datetime:
        """A moment so many days before the end, at an hour in Amsterdam; negative days lie ahead."""
        local = (self.ends_at - timedelta(days=days_ago)).astimezone(LOCAL)
        return local.replace(hour=hour, minute=minute, second=0, microsecond=0)

    def at(self, moment: datetime, act: Act) -> None:
        """Let something happen at a moment."""
        heapq.heappush(self._moments, (moment, next(self._turn), act))

    def next_moment(self) -> tuple[datetime, Act] | None:
        """The next moment that has happened; None when the year is over."""
        if not self._moments or self._moments[0][0] > self.ends_at:
            return None
        moment, _, act = heapq.heappop(self._moments)
        return moment, act

    def waiting(self) -> int:
        """How many moments are still to come, those after the end included."""
        return len(self._moments)
