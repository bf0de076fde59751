"""Why costs over the life cannot decide."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class CostsMissing(RuleBroken):
    """Nothing but the price is no life-cycle cost."""

    message = N_("Noem minstens één kostensoort naast de prijs, met jaren.")


class CostIncomplete(RuleBroken):
    """A component has a name and years."""

    message = N_("Geef elke kostensoort een naam, een soort en jaren.")


class CostTwice(RuleBroken):
    """Two components of one name."""

    message = N_("De kostensoort “%(name)s” staat er twee keer.")


class YearsTurned(RuleBroken):
    """From a year to the same or a later one."""

    message = N_("Bij “%(name)s” kloppen de jaren niet: van 1 tot en met %(most)s.")


class RateInvalid(RuleBroken):
    """The discount rate."""

    message = N_("Kies een rekenrente van 0 tot en met %(most)s procent.")
