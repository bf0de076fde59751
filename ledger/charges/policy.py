"""Who carries charges out, and who looks."""

from cwb.kernel.policy import Action, Actor, Role

RUN = Action.of("charges.run", Role.PROGRAMME)
LOOK = Action.of("charges.look", Role.PROGRAMME, Role.AUDITOR)


def may(actor: Actor, action: Action) -> bool:
    """The programme carries out; an auditor looks. A holder reads its own receipts."""
    return action.open_to(actor)
