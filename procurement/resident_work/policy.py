"""Who reports hours and jobs, who verifies them, who reads the lines behind a figure."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.contracts.models import Contract

REPORT = Action.of("resident_work.report", Role.BOARD, Role.MEMBER)
"""Say how many hours residents worked: a supplier of the contract."""

VERIFY = Action.of("resident_work.verify", Role.PURCHASER)
"""Verify or doubt it: a purchaser of the buyer."""

LINES = Action.of(
    "resident_work.lines", Role.PURCHASER, Role.BOARD, Role.MEMBER, Role.PROGRAMME, Role.AUDITOR
)
"""The reports behind a figure: each party its own, the programme and auditors all."""


def may(actor: Actor, action: Action, contract: Contract) -> bool:
    """Whether an actor may do this under a contract."""
    own = actor.organisation_id
    if action is VERIFY:
        return action.open_to(actor) and own == contract.buyer_id
    return action.open_to(actor) and own != contract.buyer_id and contract.is_of(own)
