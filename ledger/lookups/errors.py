"""Broken rules of looking up."""

from cwb.kernel.errors import Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class RegisterFileUnknown(NotFound):
    """No such file waits."""

    message = N_("Dit bestand wacht niet meer. Kies het opnieuw.")


class RegisterFileHasFaults(RuleBroken):
    """A file with rows that cannot be taken in; nothing was."""

    message = N_("%(count)s rijen zijn niet goed. Er is niets opgeslagen. Verbeter het bestand.")


class LookUpDayInvalid(RuleBroken):
    """A look-up in the future, or from before the register of today."""

    message = N_("De dag van opzoeken ligt in de toekomst, of voor 2013. Controleer de datum.")


class LookUpSourceMissing(RuleBroken):
    """A look-up that does not say where."""

    message = N_("Schrijf waar dit vandaan komt, in hooguit 300 tekens.")


class OwnRegisterFile(Forbidden):
    """Who handed a file in does not confirm it."""

    message = N_("U leverde dit bestand zelf aan. Een collega kijkt het na.")


class SecondReaderMissing(RuleBroken):
    """An extract that no second person saw."""

    message = N_("Kies een tweede persoon die het uittreksel zag.")
