"""Who proposes, decides and reads the conditions of local money."""

from cwb.kernel.policy import Action, Actor, Role

DECIDE = Action.of("conditions.decide", Role.PROGRAMME)
LOOK = Action.of("conditions.look", Role.PROGRAMME, Role.AUDITOR)


def may(actor: Actor, action: Action) -> bool:
    """The programme writes down and adopts; an auditor looks. What holds, anybody reads."""
    return action.open_to(actor)
