"""What the terms of a procedure refuse."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class FrameworkPartiesInvalid(RuleBroken):
    """A framework with several parties says beforehand with how many at most."""

    message = N_("Vul in met hoeveel leveranciers u hooguit werkt: van %(least)s tot en met %(most)s.")


class FrameworkMaximumMissing(RuleBroken):
    """A framework states the most that is called off (CJEU C-23/20)."""

    message = N_("Vul het hoogste bedrag van de raamovereenkomst in. Daarna stopt het afroepen.")


class FrameworkMaximumTooLow(RuleBroken):
    """The most is not less than the estimate."""

    message = N_("Het hoogste bedrag is niet lager dan de geraamde waarde.")


class FrameworkTooLong(RuleBroken):
    """A framework of more than four years has a reason (Aw 2012, art. 2.140)."""

    message = N_("Een raamovereenkomst duurt hooguit %(years)s jaar. Duurt zij langer, schrijf dan waarom.")
