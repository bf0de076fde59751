"""What can go wrong around a mini-competition."""

from cwb.kernel.errors import Conflict
from cwb.kernel.text import N_


class NotAllInvited(Conflict):
    """All parties that can perform are asked in writing (Directive 2014/24, art. 33, 5a); here: every party."""

    message = N_(
        "Bij een mini-competitie zijn alle partijen van de raamovereenkomst uitgenodigd. Vul de lijst aan."
    )


class CompetitionChanged(Conflict):
    """The tender is no longer a competition under its framework."""

    message = N_("Dit concept hoort bij een raamovereenkomst. Kies weer de mini-competitie als procedure.")
