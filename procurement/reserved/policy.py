"""Who states what reserved contracts ask, who checks it, and who reads all of it."""

from cwb.kernel.policy import Action, Role

STATE = Action.of("reserved.state", Role.BOARD)
CHECK = Action.of("reserved.check", Role.PROGRAMME)
READ = Action.of("reserved.read", Role.PROGRAMME, Role.AUDITOR)
