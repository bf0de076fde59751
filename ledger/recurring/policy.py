"""Who lets invoices come back."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.recurring.models import RecurringPlan

KEEP = Action.of("recurring.keep", Role.MEMBER, Role.BOARD)


def may(actor: Actor, action: Action, plan: RecurringPlan | None = None) -> bool:
    """Whether the actor may do this: the seller's own people."""
    own = actor.organisation_id
    return action.open_to(actor) and own is not None and (plan is None or plan.seller_id == own)
