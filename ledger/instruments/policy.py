"""Who runs the local currency."""

from cwb.kernel.policy import Action, Actor, Role

RUN = Action.of("instruments.run", Role.PROGRAMME)
LOOK = Action.of("instruments.look", Role.PROGRAMME, Role.AUDITOR)


def may(actor: Actor, action: Action) -> bool:
    """The programme runs it; an auditor looks."""
    return action.open_to(actor)
