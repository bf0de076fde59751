"""What a reckoning of viability refuses."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class AssumptionInvalid(RuleBroken):
    """An assumption that no enterprise can have."""

    message = N_("Vul een waarde van %(least)s tot %(most)s in.")


class WageBelowMinimum(RuleBroken):
    """A wage that the law forbids."""

    message = N_("Dit is lager dan het wettelijk minimumloon van %(minimum)s per uur.")
