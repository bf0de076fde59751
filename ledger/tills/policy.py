"""Who sees online payments, and who looks after them."""

from cwb.kernel.policy import SIGNED_IN, Action, Actor, Role
from ledger.checkout.models import PaymentOrder

OWN = Action("online_payments.own", SIGNED_IN)
"""A payer sees the own payment: a member's dues, or what a resident topped up."""

KEEP = Action.of("online_payments.keep", Role.BOARD)
"""The board looks after the payments of its cooperative."""


def may(actor: Actor, action: Action, order: PaymentOrder) -> bool:
    """Whether the actor may: the payer sees the own payment, the board all of its cooperative."""
    if not action.open_to(actor):
        return False
    if KEEP.open_to(actor) and order.organisation_id == actor.organisation_id:
        return True
    return action is OWN and order.payer_id == actor.user_id
