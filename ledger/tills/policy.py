"""Who sees online payments, and who looks after them."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.checkout.models import PaymentOrder

OWN = Action.of("online_payments.own", Role.BOARD, Role.MEMBER, Role.FELLOW)
"""A payer sees the own payment."""

KEEP = Action.of("online_payments.keep", Role.BOARD)
"""The board looks after the payments of its cooperative."""


def may(actor: Actor, action: Action, order: PaymentOrder) -> bool:
    """Whether the actor may: the payer sees the own payment, the board all of its cooperative."""
    if not action.open_to(actor):
        return False
    if KEEP.open_to(actor) and order.organisation_id == actor.organisation_id:
        return True
    return action is OWN and order.payer_id == actor.user_id
