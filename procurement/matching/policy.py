"""Who sees what fits whom."""

from cwb.kernel.policy import Action, Role
from procurement.bids.rules import FILLERS

SEE_OWN = Action("matching.see_own", FILLERS)
"""Open lots beside one's own cooperative."""

OVERVIEW = Action.of("matching.overview", Role.PROGRAMME, Role.AUDITOR)
"""Which open lots nobody serves."""
