"""Who states a public task, who checks it, and who reads it."""

from cwb.kernel.policy import Action, Role

STATE = Action.of("missions.state", Role.BOARD)
CHECK = Action.of("missions.check", Role.PROGRAMME)
READ = Action.of("missions.read", Role.PROGRAMME, Role.AUDITOR)
