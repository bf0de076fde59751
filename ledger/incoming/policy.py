"""Who takes in, decides on and pays received invoices."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.incoming.models import IncomingInvoice

SEE = Action.of("incoming.see", Role.PURCHASER, Role.MEMBER, Role.BOARD, Role.INVOICE_HELPER, Role.AUDITOR)
BRING = Action.of("incoming.bring", Role.PURCHASER, Role.MEMBER, Role.BOARD)
DECIDE = Action.of("incoming.decide", Role.PURCHASER, Role.BOARD)
"""Approving, disputing, refusing and paying."""


def may(actor: Actor, action: Action, subject: IncomingInvoice | None = None) -> bool:
    """Whether the actor may do this with what its organisation received; an auditor sees all."""
    if not action.open_to(actor) or actor.organisation_id is None:
        return False
    return (
        subject is None
        or subject.buyer_id == actor.organisation_id
        or (action is SEE and actor.has(Role.AUDITOR))
    )
