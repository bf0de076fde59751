"""Who keeps the member register, and who reads the own row in it."""

from cwb.kernel.policy import Action, Role

KEEP = Action.of("members.keep", Role.BOARD)
"""The board of a cooperative keeps its own register."""

OWN = Action.of("members.own", Role.BOARD, Role.MEMBER, Role.FELLOW)
"""A member reads and mends the own row."""
