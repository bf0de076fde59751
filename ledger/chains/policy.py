"""Who proposes, agrees and keeps evidence."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.agreements import policy as agreed
from ledger.agreements.models import Agreement

SEE = Action.of("chains.see", Role.PURCHASER, Role.MEMBER, Role.BOARD, Role.AUDITOR)
PROPOSE = Action.of("chains.propose", Role.BOARD)
AGREE = Action.of("chains.agree", Role.PURCHASER, Role.BOARD)


def may(actor: Actor, action: Action, agreement: Agreement | None = None) -> bool:
    """Suppliers propose and keep their evidence, the buyer agrees, whoever sees the agreement reads."""
    if not action.open_to(actor) or agreement is None:
        return action.open_to(actor)
    if action is SEE:
        return agreed.may(actor, agreed.SEE, agreement)
    own = actor.organisation_id or 0
    return own == agreement.buyer_id if action is AGREE else agreement.share_of(own) is not None
