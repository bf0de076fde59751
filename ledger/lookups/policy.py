"""Who may look suppliers up, and read what was found."""

from cwb.kernel.policy import Action, Role

SEE_REGISTER = Action.of("suppliers.see_register", Role.PROGRAMME, Role.AUDITOR)
CONFIRM = Action.of("suppliers.confirm_register", Role.PROGRAMME, Role.AUDITOR)
LOOK_UP = Action.of("suppliers.look_up", Role.PROGRAMME)
