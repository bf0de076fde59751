"""Who takes part, who confirms hours for a place, and who recognises places."""

from cwb.kernel.policy import SIGNED_IN, Action, Actor, Role
from ledger.appreciation.models import CreditPlace

TAKE_PART = Action("credits.take_part", SIGNED_IN)
HOST = Action.of("credits.host", Role.BOARD, Role.PURCHASER)
SEE_PLACES = Action.of("credits.places", Role.PROGRAMME, Role.AUDITOR)
RECOGNISE = Action.of("credits.recognise", Role.PROGRAMME)


def may(actor: Actor, action: Action, subject: CreditPlace | None = None) -> bool:
    """Whether the actor may do this; for a place: it acts for its organisation."""
    return action.open_to(actor) and (subject is None or subject.organisation_id == actor.organisation_id)
