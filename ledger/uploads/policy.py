"""Who may hand in purchase lines."""

from cwb.kernel.policy import Action, Role

UPLOAD = Action.of("spend.upload", Role.PURCHASER)
