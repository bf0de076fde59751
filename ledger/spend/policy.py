"""Who may see single purchase lines, and who may code them."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.spend.models import SpendLine

SEE_LINES = Action.of("spend.see_lines", Role.PURCHASER, Role.PROGRAMME, Role.AUDITOR)
EXPLAIN = Action.of("spend.explain", Role.PROGRAMME, Role.AUDITOR)
"""For whom the public figure is work to defend or check: the card on the dashboard."""
CODE_LINE = Action.of("spend.code_line", Role.PURCHASER)


def may(actor: Actor, action: Action, line: SpendLine | None = None) -> bool:
    """An anchor sees and codes its own lines; programme and auditor see all. Nobody overrules another's number."""
    if not action.open_to(actor):
        return False
    if line is None or (action is SEE_LINES and sees_all(actor)):
        return True
    return line.anchor_id == actor.organisation_id


def sees_all(actor: Actor | None) -> bool:
    """Whether the actor sees the single lines of every anchor."""
    return actor is not None and actor.has(Role.PROGRAMME, Role.AUDITOR)


def sees_own(actor: Actor | None) -> bool:
    """Whether the actor sees single lines, if only those of its own organisation."""
    return SEE_LINES.open_to(actor)
