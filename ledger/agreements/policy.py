"""Who may see agreements."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.agreements.models import Agreement

SEE = Action.of("agreements.see", Role.PURCHASER, Role.MEMBER, Role.BOARD, Role.AUDITOR)


def may(actor: Actor, action: Action, agreement: Agreement | None = None) -> bool:
    """Whether the actor may do this to this agreement: parties their own, auditors all."""
    if not action.open_to(actor):
        return False
    if agreement is None or actor.has(Role.AUDITOR):
        return True
    own = actor.organisation_id
    return own == agreement.buyer_id or agreement.share_of(own or 0) is not None
