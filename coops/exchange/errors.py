"""What offers and wants refuse."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class AdvertNotFound(NotFound):
    """No such advert, or its maker took it away."""

    message = N_("Dit staat er niet meer. Kijk wat er nu is.")


class AdvertChanged(Conflict):
    """A colleague changed it after the page was opened."""

    message = N_("Een collega wijzigde dit net. Er is niets overschreven. Kijk opnieuw.")


class AdvertTextMissing(RuleBroken):
    """An advert has a title and says what it is about."""

    message = N_("Vul dit in.")


class AdvertDayInvalid(RuleBroken):
    """An advert ends after today, and within a year."""

    message = N_("Kies een dag na vandaag, hooguit een jaar vooruit.")


class TooManyAdverts(RuleBroken):
    """More adverts than one organisation keeps up."""

    message = N_("U hebt er al %(most)s staan. Haal er eerst een weg.")


class AdvertEnded(Conflict):
    """It ended or was taken away."""

    message = N_("Dit is voorbij. Uw bericht is niet verstuurd.")


class OwnAdvert(RuleBroken):
    """One does not answer oneself."""

    message = N_("Dit is van uw eigen organisatie.")


class ReplyMissing(RuleBroken):
    """A reply says something."""

    message = N_("Schrijf kort wat u wilt.")
