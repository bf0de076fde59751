"""Who makes a take-over list."""

from cwb.kernel.policy import Action, Role

DRAFT = Action.of("take_overs.draft", Role.PURCHASER)
"""The list of a draft: purchasers of the buyer."""

END = Action.of("take_overs.end", Role.BOARD, Role.MEMBER, Role.PURCHASER)
"""The list at the end of a contract: its supplier makes it, its buyer reads it."""
