"""Who sees and sets the bands of an organisation: its own purchasers; an auditor reads those of all."""

from cwb.kernel.policy import Action, Role

SET = Action.of("bands.set", Role.PURCHASER)
AUDIT = Action.of("bands.audit", Role.AUDITOR)
TAKE = Action.of("bands.take", Role.PURCHASER, Role.AUDITOR)
