"""What can be wrong with plain data from outside. `field` is the place in the input."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class FactMissing(RuleBroken):
    """A fact that the law or the profile asks for."""

    message = N_("Dit ontbreekt. Vul het in.")


class FactInvalid(RuleBroken):
    """A value of another kind than the field holds."""

    message = N_("Dit kan hier niet staan.")


class TextTooLong(RuleBroken):
    """More text than fits."""

    message = N_("Dit is te lang: hoogstens %(most)s tekens.")


class DateUnreadable(RuleBroken):
    """No day in the form year-month-day."""

    message = N_("Dit is geen datum zoals 2026-11-02.")


class AmountUnreadable(RuleBroken):
    """No decimal number, or one with more decimals than allowed."""

    message = N_("Dit is geen bedrag zoals 1250.00.")
