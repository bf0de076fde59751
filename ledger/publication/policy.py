"""Who prepares, comments and signs. The programme prepares, a second person of it or the auditor signs."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.publication.models import Preparation

PREPARE = Action.of("publication.prepare", Role.PROGRAMME)
READ = Action.of("publication.read", Role.PROGRAMME, Role.AUDITOR, Role.PURCHASER)
SIGN = Action.of("publication.sign", Role.PROGRAMME, Role.AUDITOR)
COMMENT = Action.of("publication.comment", Role.PURCHASER)
TELL = Action.of("publication.tell", Role.PROGRAMME)


def may(actor: Actor | None, action: Action, prepared: Preparation | None = None) -> bool:
    """Nobody signs what they prepared themselves."""
    if actor is None or not action.open_to(actor):
        return False
    return action is not SIGN or prepared is None or prepared.prepared_by_id != actor.user_id
