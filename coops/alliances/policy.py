"""Who puts something on the page of a wijk, who reads and answers it, who sets the dates."""

from cwb.kernel.policy import SIGNED_IN, Action, Role

PUT = Action("alliances.put", SIGNED_IN)
"""Put an item or a promise there, and support those of others: whoever signed in, for themselves."""

REPLY = Action.of("alliances.reply", Role.BOARD, Role.PURCHASER)
"""Reply to a promise in the name of the organisation that it names."""

KEEP = Action.of("alliances.keep", Role.PROGRAMME)
"""Read it first, answer it, remove it with a reason, and set the dates."""
