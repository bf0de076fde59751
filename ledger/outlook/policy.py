"""Who sees what of one contract landed."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.agreements.models import Agreement

SEE = Action.of("outlook.see", Role.PURCHASER, Role.MEMBER, Role.BOARD, Role.AUDITOR, Role.PROGRAMME)


def may(actor: Actor, action: Action, agreement: Agreement) -> bool:
    """Whether the actor may do this: parties of their own contract, auditors and the programme of all."""
    if not action.open_to(actor):
        return False
    own = actor.organisation_id
    mine = own == agreement.buyer_id or agreement.share_of(own or 0) is not None
    return mine or actor.has(Role.AUDITOR, Role.PROGRAMME)
