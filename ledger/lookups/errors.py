"""Broken rules of looking up."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class RegisterFileUnknown(NotFound):
    """No such file waits."""

    message = N_("Dit bestand wacht niet meer. Kies het opnieuw.")


class RegisterFileHasFaults(RuleBroken):
    """A file with rows that cannot be taken in; nothing was."""

    message = N_("%(count)s rijen zijn niet goed. Er is niets opgeslagen. Verbeter het bestand.")


class LookUpDayInvalid(RuleBroken):
    """A look-up in the future."""

    message = N_("De dag van opzoeken ligt in de toekomst.")


class LookUpSourceMissing(RuleBroken):
    """A look-up that does not say where."""

    message = N_("Schrijf waar dit vandaan komt, in hooguit 300 tekens.")


class SecondReaderMissing(RuleBroken):
    """An extract that no second person saw."""

    message = N_("Kies een tweede persoon die het uittreksel zag.")
