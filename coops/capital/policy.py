"""Who keeps the money of members, and who reads the own."""

from cwb.kernel.policy import Action, Role

KEEP = Action.of("capital.keep", Role.BOARD)
"""The board keeps capital and dues of the own cooperative."""

OWN = Action.of("capital.own", Role.BOARD, Role.MEMBER, Role.FELLOW)
"""A member reads the own capital and dues."""
