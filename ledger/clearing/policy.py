"""Who takes part, who runs the rounds, and who looks on."""

from cwb.kernel.policy import Action, Actor, Role

SEE = Action.of("clearing.see", Role.MEMBER, Role.BOARD, Role.PURCHASER)
"""What one's own organisation owes and is owed in a round."""
DECIDE = Action.of("clearing.decide", Role.BOARD, Role.PURCHASER)
"""Taking part, stopping, and saying yes or no bind the organisation."""
RUN = Action.of("clearing.run", Role.PROGRAMME)
WATCH = Action.of("clearing.watch", Role.PROGRAMME, Role.AUDITOR)
READ = Action.of("clearing.read", Role.MEMBER, Role.BOARD, Role.PURCHASER, Role.PROGRAMME, Role.AUDITOR)
"""One round: the parties their own part, who runs or checks it the whole."""


def may(actor: Actor, action: Action) -> bool:
    """Whether the actor may do this for its own organisation."""
    return action.open_to(actor) and actor.organisation_id is not None
