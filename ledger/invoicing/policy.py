"""Who makes invoices."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.agreements.models import Agreement
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceState

MAKE = Action.of("invoices.make", Role.MEMBER, Role.BOARD)
CREDIT = Action.of("invoices.credit", Role.MEMBER, Role.BOARD)
NUMBER = Action.of("invoices.number", Role.BOARD)


def may(actor: Actor, action: Action, subject: Agreement | Invoice | None = None) -> bool:
    """Whether the actor may do this: the seller's own people, under agreements in which it supplies."""
    own = actor.organisation_id
    if not action.open_to(actor) or own is None:
        return False
    if isinstance(subject, Agreement):
        return subject.share_of(own) is not None
    if isinstance(subject, Invoice):
        sent = subject.state is not InvoiceState.DRAFT
        return subject.seller_id == own and sent is (action is CREDIT)
    return True
