"""Who decides about conflicts."""

from cwb.kernel.policy import Action, Role

DECIDE = Action.of("conflicts.decide", Role.PURCHASER)
