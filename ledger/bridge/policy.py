"""Who may see a bridge, and who says what the ledger says."""

from cwb.kernel.policy import Action, Role

SEE = Action.of("bridge.see", Role.PURCHASER, Role.PROGRAMME, Role.AUDITOR)
DECLARE = Action.of("bridge.declare", Role.PURCHASER)
