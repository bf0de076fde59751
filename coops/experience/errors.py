"""What an earlier job refuses."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class JobNotFound(NotFound):
    """No such job of this organisation."""

    message = N_("Dit eerdere werk staat niet meer in uw profiel.")


class JobChanged(Conflict):
    """A colleague changed it after the page was opened."""

    message = N_("Een collega wijzigde dit net. Er is niets overschreven. Kijk opnieuw.")


class JobTextMissing(RuleBroken):
    """A job says what was done, and for whom."""

    message = N_("Vul dit in.")


class JobValueInvalid(RuleBroken):
    """A job is worth more than nothing."""

    message = N_("Vul een bedrag van meer dan nul in.")


class JobTermInvalid(RuleBroken):
    """A job ends after it began, and began before today."""

    message = N_("Het werk begon voor vandaag en eindigt na het begin.")


class TooManyJobs(RuleBroken):
    """More jobs than anybody reads."""

    message = N_("Uw profiel heeft hooguit %(most)s eerdere werken. Haal er eerst een weg.")


class MeansChanged(Conflict):
    """A colleague changed it after the page was opened."""

    message = N_("Een collega wijzigde dit net. Er is niets overschreven. Kijk opnieuw.")


class MeansEmpty(RuleBroken):
    """Nothing was told."""

    message = N_("Vul minstens één omzet of uw verzekering in.")


class BookYearInvalid(RuleBroken):
    """A book year that is to come, or long ago."""

    message = N_("Kies een jaar van %(first)s tot en met %(last)s.")


class AmountInvalid(RuleBroken):
    """An amount is not below nothing."""

    message = N_("Vul een bedrag in dat klopt.")


class InsuranceHalf(RuleBroken):
    """A sum and a day go together."""

    message = N_("Vul het bedrag en de laatste dag allebei in. Of laat beide leeg.")
