"""Who may see invoices."""

from cwb.identity.models import Organisation
from cwb.kernel.policy import Action, Actor, Role
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceState

SEE = Action.of("invoices.see", Role.PURCHASER, Role.MEMBER, Role.BOARD, Role.AUDITOR, Role.INVOICE_HELPER)
COUNTED = Action.of("invoices.counted", Role.PURCHASER, Role.AUDITOR)
"""How an invoice counts in the purchases: for whom the single lines of its buyer are open."""
TOTALS = Action.of("invoices.totals", Role.PROGRAMME, Role.AUDITOR)


def may(actor: Actor, action: Action, invoice: Invoice | None = None) -> bool:
    """Whether the actor may see this: sellers their own, buyers what was sent to them, auditors all that was sent.

    `invoice` with its buyer.
    """
    if not action.open_to(actor):
        return False
    if invoice is None:
        return True
    if action is COUNTED:
        mine = actor.has(Role.AUDITOR) or actor.organisation_id == invoice.buyer_id
        return mine and isinstance(invoice.buyer, Organisation) and invoice.buyer.anchor_type is not None
    if actor.organisation_id == invoice.seller_id:
        return True
    sent = invoice.state is not InvoiceState.DRAFT
    return sent and (actor.has(Role.AUDITOR) or actor.organisation_id == invoice.buyer_id)
