"""Who keeps the aid of an organisation: its board."""

from cwb.kernel.policy import Action, Role

KEEP = Action.of("aid.keep", Role.BOARD)
"""See what one's cooperative was granted, and say what it had from elsewhere."""
