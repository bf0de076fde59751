"""Who makes studies."""

from cwb.kernel.policy import Action, Role

STUDY = Action.of("multiplier.study", Role.PROGRAMME)
