"""Who states what was paid, who looks at it, who reads all of them."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.contracts.models import Contract

STATE = Action.of("pay_statements.state", Role.BOARD)
"""Say what was paid: the board of the supplier, or of each member of a joint contract."""

CHECK = Action.of("pay_statements.check", Role.PROGRAMME)
"""Look at the paper: the programme, when it is neither side."""

READ = Action.of("pay_statements.read", Role.PROGRAMME, Role.AUDITOR)
"""Every statement."""


def may_state(actor: Actor, contract: Contract) -> bool:
    """Whether an actor states for a supplier of this contract."""
    own = actor.organisation_id
    return STATE.open_to(actor) and own != contract.buyer_id and contract.is_of(own)
