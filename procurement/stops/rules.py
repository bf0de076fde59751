"""Whether one lot may stop alone. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from procurement.stops import errors


@dataclass(frozen=True, slots=True)
class Standing:
    """What the question looks at. `running`: lots not stopped; `won`: lots with a winner in a sent decision."""

    is_running: bool
    running: Collection[int]
    has_contract: bool
    has_draft_decision: bool
    is_sent: bool
    won: Collection[int]


def check_stop(lot_id: int, now: Standing) -> None:
    """A lot of a running tender stops while another goes on, before it has a contract.

    Whoever took part hears that a contract is not awarded, and why (Directive 2014/24/EU, art. 55(1)). That a lot may
    stop alone while the others go on is not spelt out there (certainty: unverified); people decide, with a reason.

    Raises:
        LotNotRunning, StoppedBefore, LotHasContract, LastLot, DecisionInPreparation, LastAward.
    """
    if not now.is_running:
        raise errors.LotNotRunning
    if lot_id not in now.running:
        raise errors.StoppedBefore
    if now.has_contract:
        raise errors.LotHasContract
    if len(now.running) == 1:
        raise errors.LastLot
    if now.has_draft_decision:
        raise errors.DecisionInPreparation
    if now.is_sent and not set(now.won) & set(now.running) - {lot_id}:
        raise errors.LastAward
