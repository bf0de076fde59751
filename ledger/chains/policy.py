"""Who proposes, agrees and keeps evidence."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.agreements import policy as agreed
from ledger.agreements.models import Agreement

SEE = Action.of("chains.see", Role.PURCHASER, Role.MEMBER, Role.BOARD, Role.AUDITOR)
PROPOSE = Action.of("chains.propose", Role.BOARD)
AGREE = Action.of("chains.agree", Role.PURCHASER, Role.BOARD)
CLOSE = Action.of("chains.close", Role.PURCHASER, Role.BOARD)
"""The buyer refuses, the supplier takes back: of whom the term is, `may_close` asks."""


def may(actor: Actor, action: Action, agreement: Agreement | None = None) -> bool:
    """Suppliers propose and keep their evidence, the buyer agrees, whoever sees the agreement reads."""
    if not action.open_to(actor) or agreement is None:
        return action.open_to(actor)
    if action is SEE:
        return agreed.may(actor, agreed.SEE, agreement)
    own = actor.organisation_id or 0
    if action is CLOSE:
        return own == agreement.buyer_id or agreement.share_of(own) is not None
    return own == agreement.buyer_id if action is AGREE else agreement.share_of(own) is not None


def may_close(actor: Actor, agreement: Agreement, party_id: int) -> bool:
    """Whether the actor may close a term of this supplier: the buyer's people, or the supplier's own board."""
    own = actor.organisation_id or 0
    if own == agreement.buyer_id:
        return AGREE.open_to(actor)
    return own == party_id and PROPOSE.open_to(actor)
