"""Broken rules of erasing."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class HandOverFirst(RuleBroken):
    """Others depend on this person as the last who can run their organisation."""

    message = N_("U bent de laatste die %(organisation)s kan beheren. Geef eerst iemand anders die rol.")


class NotConfirmed(RuleBroken):
    """Erasing without saying so."""

    message = N_("Zet een vinkje. Wissen kan niet worden teruggedraaid.")
