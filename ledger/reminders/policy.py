"""Who sends reminders, and asks interest afterwards."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.invoicing.models import Invoice

SEND = Action.of("reminders.send", Role.MEMBER, Role.BOARD)

CLAIM = Action.of("reminders.claim", Role.MEMBER, Role.BOARD)
"""Asking interest and collection costs of who paid late."""


def may(actor: Actor, action: Action, invoice: Invoice | None = None) -> bool:
    """The seller's own people."""
    own = actor.organisation_id
    return action.open_to(actor) and own is not None and (invoice is None or invoice.seller_id == own)
