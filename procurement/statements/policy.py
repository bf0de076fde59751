"""Who keeps an organisation's statements, and who says what a tender asks."""

from cwb.kernel.policy import Action, Actor, Role

KEEP = Action.of("statements.keep", Role.BOARD, Role.MEMBER, Role.BID_HELPER)
"""See and prepare the answers of one's own organisation."""

DECLARE = Action.of("statements.declare", Role.BOARD)
"""Answer for the organisation: this binds it."""


def may(actor: Actor, action: Action) -> bool:
    """Whether an actor may, for the organisation it acts for."""
    return actor.organisation_id is not None and action.open_to(actor)
