"""Who divides a surplus, and who sees the own part."""

from cwb.kernel.policy import Action, Role

DIVIDE = Action.of("patronage.divide", Role.BOARD)
"""The board proposes and posts the distribution of the own cooperative's surplus."""

SEE = Action.of("patronage.see", Role.BOARD, Role.MEMBER, Role.FELLOW)
"""A member sees the own part of each distribution."""
