"""Who sees flags: the buyer and auditors after the opening, the programme after the award, the public never."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.flags.rules import Case

SEE = Action.of("flags.see", Role.PURCHASER, Role.AUDITOR, Role.PROGRAMME)
"""The flags of one tender."""

OVERVIEW = Action.of("flags.overview", Role.AUDITOR, Role.PROGRAMME)
"""The flags of all tenders."""

ANSWER = Action.of("flags.answer", Role.PURCHASER)
"""Give a reason: purchasers of the buyer."""


def may(actor: Actor, action: Action, case: Case) -> bool:
    """Whether an actor may do this with the flags of an opened lot."""
    if not action.open_to(actor):
        return False
    buys = actor.organisation_id == case.buyer_id and actor.has(Role.PURCHASER)
    if action is ANSWER:
        return buys
    return buys or actor.has(Role.AUDITOR) or (actor.has(Role.PROGRAMME) and case.is_awarded)


def sees_bidders(actor: Actor, case: Case) -> bool:
    """Whether names and prices may be shown: to the buyer not before the quality scores are frozen."""
    return case.is_frozen or actor.has(Role.AUDITOR)
