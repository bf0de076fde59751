"""What cannot be tested."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class NothingToTest(RuleBroken):
    """There is no scoring yet, or no price to play with."""

    message = N_("Er is nog niets te testen. Vul eerst de waarde en de beoordeling in.")


class PricesTurned(RuleBroken):
    """The lowest price lies below the highest."""

    message = N_("De laagste prijs ligt onder de hoogste, en boven nul.")
