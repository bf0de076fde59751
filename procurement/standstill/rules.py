"""Whether an award may become definitive: pure decisions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.errors import RuleBroken
from procurement.standstill import errors


def check_definitive(
    *, until: datetime, judgments: Sequence[bool | None], lacks_proof: bool = False, at: datetime
) -> None:
    """An award becomes definitive from the first instant after the standstill, when no judge stands in the way.

    `judgments` per summons: None while pending. `lacks_proof`: a winner was asked for papers that are not settled;
    papers come before the award (Aanbestedingswet 2012, art. 2.102-2.103; not read in a source).

    Raises:
        StandstillRuns, SummonsPending, JudgeForbids, ProofOpen: not yet, or never.
    """
    if at < until:
        raise errors.StandstillRuns(until=until)
    if any(each is None for each in judgments):
        raise errors.SummonsPending
    if not all(judgments):
        raise errors.JudgeForbids
    if lacks_proof:
        raise errors.ProofOpen


@dataclass(frozen=True, slots=True)
class Wait:
    """What a lot that is not definitive yet waits for; `judgments` per summons about it, None while pending."""

    lot_id: int
    until: datetime
    judgments: Sequence[bool | None]
    is_won: bool
    lacks_proof: bool = False

    def obstacle(self, at: datetime) -> RuleBroken | None:
        """Why this lot cannot become definitive now; None when it can."""
        try:
            check_definitive(until=self.until, judgments=self.judgments, lacks_proof=self.lacks_proof, at=at)
        except RuleBroken as why:
            return why
        return None


def concerns(lot_ids: Collection[int], lot_id: int) -> bool:
    """Whether something that names lots, none for all, is about a lot."""
    return not lot_ids or lot_id in lot_ids


def free_lots(waits: Sequence[Wait], *, is_first: bool, at: datetime) -> list[int]:
    """The lots that become definitive now. The first time at least one of them has a winner.

    Raises:
        AlreadyEnded: nothing waits.
        StandstillRuns, SummonsPending, JudgeForbids, ProofOpen: what the first lot waits for, when none is free.
    """
    obstacles = {each.lot_id: each.obstacle(at) for each in waits}
    free = [each for each in waits if obstacles[each.lot_id] is None]
    if free and (not is_first or any(each.is_won for each in free)):
        return [each.lot_id for each in free]
    for why in obstacles.values():
        if why is not None:
            raise why
    raise errors.AlreadyEnded


def check_take_back(*, is_definitive: bool, has_draft: bool) -> None:
    """One lot's award is taken back alone only beside a definitive one, and while no other decision is being written.

    Before that the whole decision is withdrawn. What the ground may be is for people: a complaint, a judgment or an
    own mistake; a later decision gets its own letters and its own standstill (Aw 2012, art. 2.127, 2.130).

    Raises:
        NothingDefinitive, DecisionWaits.
    """
    if not is_definitive:
        raise errors.NothingDefinitive
    if has_draft:
        raise errors.DecisionWaits


def last_day(until: datetime) -> date:
    """The last day of waiting, from the first free instant."""
    return local_date(until - timedelta(microseconds=1))


def check_served(served_on: date, *, sent_at: datetime, until: datetime) -> None:
    """A summons counts when it was served from the day of sending to the last day of the standstill.

    Raises:
        ServedOutside: at the field `served_on`.
    """
    first, last = local_date(sent_at), last_day(until)
    if not first <= served_on <= last:
        raise errors.ServedOutside(field="served_on", first=first, last=last)


LEAST_REASON = 10
"""Characters of the shortest reason for waiting longer."""


def extended_until(last_day: date, *, until: datetime, reason: str, at: datetime) -> datetime:
    """The first free instant when the last day of waiting becomes this one: the midnight after it, in Amsterdam.

    Raises:
        StandstillOver: it ended, so nothing can be extended.
        NotLater: the day is not later than the one there is.
        ExtensionReasonMissing: no reason.
    """
    if at >= until:
        raise errors.StandstillOver
    if len(reason.strip()) < LEAST_REASON:
        raise errors.ExtensionReasonMissing(field="reason")
    free = datetime.combine(last_day + timedelta(days=1), time(0), tzinfo=LOCAL).astimezone(UTC)
    if free <= until:
        raise errors.NotLater(field="last_day")
    return free
