"""What can be wrong with a cell."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class AmountInvalid(RuleBroken):
    """An amount that cannot be read, has parts of cents, or is too large."""

    message = N_("Dit bedrag is niet te lezen. Schrijf het als 1250,00 of 1250.00.")


class AmountMissing(RuleBroken):
    """No amount."""

    message = N_("Er staat geen bedrag.")


class YesNoInvalid(RuleBroken):
    """Neither yes nor no."""

    message = N_("Schrijf ja of nee, of laat het leeg.")


class SideUnknown(RuleBroken):
    """A word in the column of debit and credit that is neither."""

    message = N_("Dit is geen debet of credit. Schrijf D of C.")
