"""The auditor draws and finds; the programme reads along. Everybody reads the outcome."""

from cwb.kernel.policy import Action, Role

DRAW = Action.of("samples.draw", Role.AUDITOR)
SEE = Action.of("samples.see", Role.AUDITOR, Role.PROGRAMME)
