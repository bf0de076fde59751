"""Who prepares, comments, reads and signs. The programme prepares and a second person of it signs.

The auditor samples what was signed, so who only audits does not sign; the board of the alliance reads along.
"""

from cwb.kernel.policy import Action, Actor, Role
from ledger.publication.models import Preparation

PREPARE = Action.of("publication.prepare", Role.PROGRAMME)
READ = Action.of("publication.read", Role.PROGRAMME, Role.AUDITOR, Role.ALLIANCE, Role.PURCHASER)
LOOK = Action.of("publication.look", Role.PROGRAMME, Role.AUDITOR, Role.ALLIANCE)
SIGN = Action.of("publication.sign", Role.PROGRAMME)
COMMENT = Action.of("publication.comment", Role.PURCHASER)
TELL = Action.of("publication.tell", Role.PROGRAMME)


def may(actor: Actor | None, action: Action, prepared: Preparation | None = None) -> bool:
    """Nobody signs what they prepared themselves."""
    if actor is None or not action.open_to(actor):
        return False
    return action is not SIGN or prepared is None or prepared.prepared_by_id != actor.user_id
