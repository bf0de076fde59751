"""Who sees and sets the bands of an organisation: its own purchasers; an auditor reads with the buyer's tenders."""

from cwb.kernel.policy import Action, Role

SET = Action.of("bands.set", Role.PURCHASER)
