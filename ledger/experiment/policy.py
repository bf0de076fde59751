"""Who plans, registers and computes: two people of the programme. Everybody reads what is registered."""

from cwb.kernel.policy import Action, Role

PLAN = Action.of("experiment.plan", Role.PROGRAMME)
