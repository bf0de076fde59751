"""Who declares where its money lands, and who checks it."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.declarations.models import Declaration

DECLARE = Action.of("declarations.declare", Role.BOARD, Role.MEMBER, Role.PROGRAMME)
"""A supplier for itself; the programme for one without an account, from its papers: then a colleague checks."""
CHECK = Action.of("declarations.check", Role.PROGRAMME, Role.AUDITOR)
SEE = Action.of("declarations.see", Role.BOARD, Role.MEMBER, Role.PROGRAMME, Role.AUDITOR)


def may(actor: Actor, action: Action, declaration: Declaration | None = None) -> bool:
    """A supplier sees and writes its own; programme and auditor see all and check. `declaration` with its supplier."""
    if not action.open_to(actor):
        return False
    if declaration is None or actor.has(Role.PROGRAMME, Role.AUDITOR):
        return True
    return declaration.supplier.party_id == actor.organisation_id
