"""Who keeps a key of their own."""

from cwb.kernel.policy import Action, Role

HOLD_KEY = Action.of("sealing.hold_key", Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)
"""Make and replace one's own key: everyone who may open bids, or keep the third share."""
