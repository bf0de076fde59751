"""Who puts itself forward: residents and members, about themselves only. Who reads it: founders, coach, programme."""

from cwb.kernel.policy import Action, Role

OWN = Action.of("talent.own", Role.RESIDENT, Role.MEMBER, Role.BOARD)
