"""Who opens and counts votes, and who votes."""

from cwb.kernel.policy import Action, Role

COUNT = Action.of("votes.count", Role.BOARD)
"""The board opens, counts and closes votes in the own cooperative."""

VOTE = Action.of("votes.vote", Role.BOARD, Role.MEMBER, Role.FELLOW)
"""A member votes, and reads what was decided."""
