"""Who keeps an address book."""

from cwb.kernel.policy import Action, Role

KEEP = Action.of("customers.keep", Role.MEMBER, Role.BOARD)
