"""Who collects dues, and who gives a mandate for it."""

from cwb.kernel.policy import Action, Role

KEEP = Action.of("collecting.keep", Role.BOARD)
"""The board collects the dues of the own cooperative."""

OWN = Action.of("collecting.own", Role.BOARD, Role.MEMBER, Role.FELLOW)
"""A member gives and withdraws the own mandate."""
