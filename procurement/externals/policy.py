"""Who writes down and reads contracts made elsewhere."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.externals.models import ExternalContract

ENTER = Action.of("externals.enter", Role.PURCHASER)
"""Write down, import and take back the contracts of one's own organisation."""

SEE = Action.of("externals.see", Role.PURCHASER, Role.ASSESSOR, Role.MEMBER, Role.BOARD, Role.AUDITOR)


def may(actor: Actor, action: Action, contract: ExternalContract) -> bool:
    """Whether an actor may do this with a contract."""
    if not action.open_to(actor):
        return False
    own = actor.organisation_id
    if action is ENTER:
        return own == contract.buyer_id
    return actor.has(Role.AUDITOR) or own in {contract.buyer_id, contract.supplier_id}
