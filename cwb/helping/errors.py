"""Broken rules of helping."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class HelpMissing(RuleBroken):
    """Nothing was chosen that the helper may do."""

    message = N_("Kies wat deze persoon mag doen.")


class AlreadyInside(RuleBroken):
    """The address belongs to somebody who acts for the organisation already."""

    message = N_("Deze persoon hoort al bij uw organisatie. Er is niets verstuurd.")


class NobodyHelps(NotFound):
    """No such helper here."""
