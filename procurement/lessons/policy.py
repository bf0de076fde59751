"""Who reads what a cooperative learned: its own people; its coach once it said so."""

from cwb.kernel.policy import Action, Role

READ_OWN = Action.of("lessons.read_own", Role.BOARD, Role.MEMBER)
ALLOW = Action.of("lessons.allow", Role.BOARD)
COACH = Action.of("lessons.coach", Role.COACH)
