"""Who says what it saw, and who sees it too."""

from cwb.kernel.policy import Action, Role

SAY = Action.of("witnesses.say", Role.PROGRAMME)
ANSWER = Action.of("witnesses.answer", Role.PROGRAMME, Role.AUDITOR)
SEE = Action.of("witnesses.see", Role.PROGRAMME, Role.AUDITOR)
