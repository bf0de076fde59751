"""What can be wrong with a file of purchase lines."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class UploadUnknown(NotFound):
    """No such file waits, or it waits for somebody else."""

    message = N_("Dit bestand wacht niet meer. Kies het opnieuw.")


class AmountInvalid(RuleBroken):
    """An amount that cannot be read, or is too large."""

    message = N_("Schrijf een bedrag als 1250.00 of 1250,00, zonder punten voor duizend.")


class YesNoInvalid(RuleBroken):
    """Neither yes nor no."""

    message = N_("Schrijf ja of nee, of laat het leeg.")


class FileUnreadable(RuleBroken):
    """A file that is no clean CSV of purchase lines."""

    message = N_("Dit bestand is niet te lezen: %(why)s")


class FileHasFaults(RuleBroken):
    """A file with rows that cannot be booked; nothing was."""

    message = N_("%(count)s regels zijn niet goed. Er is niets opgeslagen. Verbeter het bestand.")
