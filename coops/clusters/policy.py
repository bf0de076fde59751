"""Who sees the clusters: the alliance, for a need may be for the alliance only. Who acts on them: the programme."""

from cwb.kernel.policy import Action, Role

LOOK = Action.of("clusters.look", Role.PROGRAMME, Role.PURCHASER, Role.AUDITOR)
KEEP = Action.of("clusters.keep", Role.PROGRAMME)
