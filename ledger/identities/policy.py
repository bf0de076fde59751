"""Who may say who a supplier is."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.suppliers.models import Supplier

DECIDE = Action.of("suppliers.decide", Role.PROGRAMME)
GIVE_NUMBER = Action.of("suppliers.give_number", Role.PURCHASER, Role.PROGRAMME)


def may(actor: Actor, action: Action, supplier: Supplier) -> bool:
    """The programme decides; an anchor gives numbers of the suppliers in its own ledger."""
    if not action.open_to(actor):
        return False
    return actor.has(Role.PROGRAMME) or supplier.recorded_by_id == actor.organisation_id
