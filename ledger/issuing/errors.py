"""Refusals around letting issuing go on. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class StopUnknown(NotFound):
    """No such stop."""

    message = N_("Deze stop is er niet.")


class StopLifted(Conflict):
    """It was lifted."""

    message = N_("Hierover is al besloten. Er is niets veranderd.")


class CountFirst(RuleBroken):
    """The backing was not counted since, or is still short."""

    message = N_("Tel eerst de dekking. Elke cent moet er staan. Daarna kan het weer.")


class CreditEnds(RuleBroken):
    """A plan ends this credit."""

    message = N_("Dit krediet stopt, volgens een plan. Trek eerst dat plan in.")


class OtherMoneyNow(RuleBroken):
    """The stop is of the simulation, which is over."""

    message = N_("Deze stop is van de simulatie. De simulatie is voorbij.")
