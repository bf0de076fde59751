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
