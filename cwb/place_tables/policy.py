"""Who may see which tables of places were read."""

from cwb.kernel.policy import Action, Role

SEE = Action.of("place_tables.see", Role.PROGRAMME, Role.ADMINISTRATOR, Role.AUDITOR)
