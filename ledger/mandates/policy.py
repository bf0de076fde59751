"""Who gives and sees a mandate."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.mandates.models import DebitMandate

OWN = Action.of("mandates.own", Role.BOARD, Role.MEMBER, Role.FELLOW)
"""A payer gives, sees and withdraws the own mandate."""


def may(actor: Actor, action: Action, mandate: DebitMandate) -> bool:
    """Whether it is the actor's own."""
    return action.open_to(actor) and mandate.payer_id == actor.user_id
