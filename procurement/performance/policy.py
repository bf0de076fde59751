"""Who looks back on a contract, who answers, who sees averages."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.contracts.models import Contract
from procurement.performance.rules import Side

WRITE = Action.of("performance.write", Role.PURCHASER, Role.BOARD)
"""Look back, and answer the other side."""

AVERAGES = Action.of("performance.averages", Role.PROGRAMME, Role.AUDITOR)
"""Averages over all contracts; never one contract."""


def side_of(actor: Actor, contract: Contract) -> Side | None:
    """For which side an actor may write."""
    if actor.organisation_id == contract.buyer_id and actor.has(Role.PURCHASER):
        return Side.BUYER
    if actor.organisation_id == contract.supplier_id and actor.has(Role.BOARD):
        return Side.SUPPLIER
    return None
