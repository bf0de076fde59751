"""Who may do what on the buying calendar."""

from coops.needs.models import Need
from cwb.kernel.policy import Action, Actor, Role

POST = Action.of("need.post", Role.PURCHASER)
CHANGE = Action.of("need.change", Role.PURCHASER)
LOOK = Action.of("needs.look", Role.RESIDENT)
"""A card on the dashboard of residents; the pages themselves are public."""

INTEREST = Action.of("need.interest", Role.BOARD, Role.MEMBER)
SEE_INTEREST = Action.of("need.see_interest", Role.PURCHASER, Role.PROGRAMME, Role.AUDITOR)

JOIN = Action.of("need.join", Role.PURCHASER)


def may(actor: Actor | None, action: Action, subject: Need | None = None) -> bool:
    """Whether the actor may do this: purchasers with needs of their own organisation."""
    if actor is None or not action.open_to(actor) or actor.organisation_id is None:
        return False
    if subject is None or action is INTEREST:
        return True
    if action is SEE_INTEREST and actor.has(Role.PROGRAMME, Role.AUDITOR):
        return True
    if action is JOIN:
        return subject.owner_id != actor.organisation_id
    return subject.owner_id == actor.organisation_id
