"""Who sees the calendar: an anchor its own quarters, programme and auditor all."""

from cwb.kernel.policy import Action, Role

SEE = Action.of("deliveries.see", Role.PURCHASER, Role.PROGRAMME, Role.AUDITOR)
SEE_ALL = Action.of("deliveries.see_all", Role.PROGRAMME, Role.AUDITOR)
SAY_NOTHING = Action.of("deliveries.say_nothing", Role.PURCHASER)
