"""Who closes periods, and who sees which are closed."""

from cwb.kernel.policy import Action, Actor, Role

SEE = Action.of("closing.see", Role.PURCHASER, Role.BOARD, Role.PROGRAMME, Role.AUDITOR, Role.INVOICE_HELPER)
CLOSE = Action.of("closing.close", Role.PURCHASER, Role.BOARD)
"""The finance person of an anchor is its purchaser, of a cooperative its board."""


def may(actor: Actor, action: Action, party_id: int | None = None) -> bool:
    """One's own books; an auditor sees all and closes none."""
    if not action.open_to(actor):
        return False
    own = party_id is not None and party_id == actor.organisation_id
    return own or (action is SEE and actor.has(Role.AUDITOR))
