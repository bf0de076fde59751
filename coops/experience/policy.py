"""Who keeps the earlier jobs of an organisation: its board and its members; everybody reads them."""

from cwb.kernel.policy import Action, Role

KEEP = Action.of("experience.keep", Role.BOARD, Role.MEMBER, Role.REGISTER_HELPER)
STATE = Action.of("experience.state", Role.BOARD)
"""Turnover and insurance: the board alone."""
