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


class MoneyUnfit(RuleBroken):
    """What is lent or given costs nothing; only what is sold or let has a price in local money."""

    message = N_("Lokaal geld past alleen bij kopen of huren. Kies dat, of laat dit leeg.")


class PriceWithoutMoney(RuleBroken):
    """A price here is in local money."""

    message = N_("Kies eerst met welk lokaal geld. Een prijs in euro’s zet u in de tekst.")


class PriceInvalid(RuleBroken):
    """A price is above nothing."""

    message = N_("Vul een bedrag in van meer dan nul.")


class NoWalletOfMoney(RuleBroken):
    """Who asks or gives this money has a wallet of it."""

    message = N_("Uw organisatie heeft nog geen portemonnee voor dit geld. Het bestuur opent er een.")


class OwnReport(RuleBroken):
    """One takes one's own advert away oneself."""

    message = N_("Dit is van uw eigen organisatie. U kunt het zelf weghalen.")


class AlreadyReported(Conflict):
    """One person reports one advert once."""

    message = N_("U meldde dit al. Het programma kijkt ernaar.")


class ReportDecided(Conflict):
    """A colleague was first, or who reported it would decide."""

    message = N_("Hierover is al beslist, of u meldde het zelf. Er is niets veranderd.")


class ReplyMissing(RuleBroken):
    """A reply says something."""

    message = N_("Schrijf kort wat u wilt.")
