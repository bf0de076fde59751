"""Who settles a leaving, and who leaves."""

from cwb.kernel.policy import Action, Role

SETTLE = Action.of("leaving.settle", Role.BOARD)
"""The board notes who leaves its own cooperative, and settles it."""

LEAVE = Action.of("leaving.leave", Role.BOARD, Role.MEMBER, Role.FELLOW)
"""A member gives notice, and answers."""
