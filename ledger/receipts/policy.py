"""Who keeps receipts."""

from cwb.kernel.policy import Action, Actor, Role

SEE = Action.of("receipts.see", Role.MEMBER, Role.BOARD, Role.INVOICE_HELPER, Role.AUDITOR)
"""An auditor opens every receipt that the books of others rest on."""
BRING = Action.of("receipts.bring", Role.MEMBER, Role.BOARD)
KEEP = Action.of("receipts.keep", Role.BOARD)
"""Second looks, turning back and payments are for the board."""


def sees_all(actor: Actor) -> bool:
    """Whether the actor sees the receipts of every organisation."""
    return actor.has(Role.AUDITOR)


def may(actor: Actor, action: Action) -> bool:
    """Whether the actor may do this in its own organisation."""
    return action.open_to(actor) and actor.organisation_id is not None
