"""Who states counts for reserved contracts, who checks them, and who reads them."""

from cwb.kernel.policy import Action, Role

STATE = Action.of("workplaces.state", Role.BOARD)
CHECK = Action.of("workplaces.check", Role.PROGRAMME)
READ = Action.of("workplaces.read", Role.PROGRAMME, Role.AUDITOR)
