"""Who leads meetings, and who takes part."""

from cwb.kernel.policy import Action, Role

LEAD = Action.of("meetings.lead", Role.BOARD)
"""The board plans, convenes, opens and closes meetings of the own cooperative."""

TAKE_PART = Action.of("meetings.take_part", Role.BOARD, Role.MEMBER, Role.FELLOW)
"""A member reads the agenda, comes or gives a proxy, and votes."""
