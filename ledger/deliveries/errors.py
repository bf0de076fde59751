"""What stands in the way of saying that nothing was bought."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class QuarterRunning(RuleBroken):
    """A quarter that is not over."""

    message = N_("Dit kwartaal is nog niet voorbij. Zeg het daarna.")


class LinesThere(RuleBroken):
    """Purchases of that quarter, or month, were handed in."""

    message = N_("Over deze tijd is inkoop aangeleverd. Er is dus wel iets gekocht.")


class NotAnAnchor(RuleBroken):
    """An organisation that hands in nothing."""

    message = N_("Alleen grote kopers leveren inkoop aan.")


class SaidBefore(Conflict):
    """Somebody said so already."""

    message = N_("Hiervan is al gezegd dat er niets is gekocht.")
