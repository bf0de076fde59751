"""Who writes payments down."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceState

RECORD = Action.of("payments.record", Role.PURCHASER, Role.BOARD)


def may(actor: Actor, action: Action, invoice: Invoice | None = None) -> bool:
    """Whether the actor may do this: the buyer's own people, as it was their money that moved.

    Where the buyer is outside, it is the seller's board that sees the money come in.
    """
    if not action.open_to(actor) or actor.organisation_id is None:
        return False
    if invoice is None:
        return True
    keeper = invoice.seller_id if invoice.outside else invoice.buyer_id
    return keeper == actor.organisation_id and invoice.state is not InvoiceState.DRAFT
