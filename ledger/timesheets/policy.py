"""Who writes hours, sees them, and signs them."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.agreements.models import Agreement
from ledger.timesheets.models import WorkedHours

SEE = Action.of("hours.see", Role.MEMBER, Role.BOARD, Role.PURCHASER)
ENTER = Action.of("hours.enter", Role.MEMBER, Role.BOARD)
SIGN = Action.of("hours.sign", Role.PURCHASER, Role.BOARD)
INVOICE = Action.of("hours.invoice", Role.MEMBER, Role.BOARD)


def may(actor: Actor, action: Action, subject: Agreement | WorkedHours | None = None) -> bool:
    """Whether the actor may do this: a person its own hours; the buyer signs, a supplier invoices, both see."""
    own = actor.organisation_id
    if not action.open_to(actor) or own is None:
        return False
    if isinstance(subject, WorkedHours):
        return subject.user_id == actor.user_id and subject.seller_id == own
    if isinstance(subject, Agreement):
        buys, supplies = subject.buyer_id == own, subject.share_of(own) is not None
        return buys if action is SIGN else supplies if action in {ENTER, INVOICE} else buys or supplies
    return True
