"""Who mails invoices."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceState

MAIL = Action.of("invoices.mail", Role.MEMBER, Role.BOARD)


def may(actor: Actor, action: Action, invoice: Invoice | None = None) -> bool:
    """Whether the actor may mail this: the seller's own people, once it is sent."""
    if not action.open_to(actor) or actor.organisation_id is None:
        return False
    return invoice is None or (
        invoice.seller_id == actor.organisation_id and invoice.state is not InvoiceState.DRAFT
    )
