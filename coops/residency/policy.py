"""Who looks at papers."""

from cwb.kernel.policy import Action, Actor, Role

CHECK = Action.of("residency.check", Role.PROGRAMME)


def may(actor: Actor, action: Action) -> bool:
    """The programme."""
    return action.open_to(actor)
