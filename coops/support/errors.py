"""What offers and requests of support refuse."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class OfferNotFound(NotFound):
    """No such offer, or another organisation's."""

    message = N_("Dit aanbod bestaat niet, of is van een andere organisatie.")


class RequestNotFound(NotFound):
    """No such request, or another's."""

    message = N_("Deze hulpvraag bestaat niet, of u mag haar niet zien.")


class TitleMissing(RuleBroken):
    """An offer or request says what."""

    message = N_("Schrijf in één zin wat het is.")


class AmountWrong(RuleBroken):
    """A quantity is a whole number above zero."""

    message = N_("Vul een heel getal boven nul in.")


class PriceWrong(RuleBroken):
    """A price is zero or more."""

    message = N_("Een prijs is nul of meer.")


class MarketMissing(RuleBroken):
    """Market value is not below the price, and says how it was found."""

    message = N_("Schrijf hoe u de marktwaarde vond. Anderen moeten het kunnen nagaan.")


class MarketBelowPrice(RuleBroken):
    """Support costs no more than the market."""

    message = N_("De prijs ligt boven de marktwaarde. Dan is het geen steun.")


class TermWrong(RuleBroken):
    """From a day until a later one, at most ten years, and not over already."""

    message = N_("Kies een laatste dag na de eerste en na vandaag, hooguit tien jaar.")


class TooMany(RuleBroken):
    """More than one organisation keeps up."""

    message = N_("U hebt er al %(most)s open staan. Sluit er eerst een.")


class Closed(Conflict):
    """It was closed or its days are over."""

    message = N_("Dit is al gesloten. Er is niets veranderd.")
