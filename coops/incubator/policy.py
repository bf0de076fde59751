"""Who sees the coach's board."""

from cwb.kernel.policy import Action, Role

BOARD = Action.of("incubator.board", Role.PROGRAMME, Role.COACH, Role.AUDITOR)
