"""Who notes an outage."""

from cwb.kernel.policy import Action, Role

NOTE = Action.of("outages.note", Role.ADMINISTRATOR)
