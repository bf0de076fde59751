"""Who may see suppliers and add evidence about them."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.suppliers.models import Supplier

SEE_SUPPLIERS = Action.of("suppliers.see", Role.PURCHASER, Role.PROGRAMME, Role.AUDITOR)
PROVE = Action.of("suppliers.prove", Role.PROGRAMME)


def may(actor: Actor, action: Action, supplier: Supplier | None = None) -> bool:
    """An anchor sees the suppliers of its own ledger; programme and auditor see all; the programme decides."""
    if not action.open_to(actor):
        return False
    if supplier is None or actor.has(Role.PROGRAMME, Role.AUDITOR):
        return True
    return supplier.recorded_by_id == actor.organisation_id or supplier.recorded_by_id is None
