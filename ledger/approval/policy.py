"""Who decides for the buyer."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceState

APPROVE = Action.of("invoices.approve", Role.PURCHASER, Role.BOARD)
DISPUTE = Action.of("invoices.dispute", Role.PURCHASER, Role.BOARD)
SETTINGS = Action.of("invoices.approval_settings", Role.PURCHASER, Role.BOARD)


def may(actor: Actor, action: Action, invoice: Invoice | None = None) -> bool:
    """Whether the actor may do this: the buyer's own people, with what was sent to them."""
    if not action.open_to(actor) or actor.organisation_id is None:
        return False
    if invoice is None:
        return True
    return invoice.buyer_id == actor.organisation_id and invoice.state is not InvoiceState.DRAFT
