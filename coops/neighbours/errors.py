"""What offers and wants of residents refuse."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class NoWallet(Forbidden):
    """Only who takes part in the local money reads what residents offer."""

    message = N_("Dit is voor wie een portemonnee met lokaal geld heeft. Neem er eerst een.")


class NotJoined(RuleBroken):
    """One chose no name yet."""

    message = N_("Kies eerst hoe buren u zien. Dat doet u één keer.")


class TooYoung(RuleBroken):
    """Talking with strangers is for who said to be old enough."""

    message = N_("U moet 16 jaar of ouder zijn.")


class CalledInvalid(RuleBroken):
    """A name by which nobody is found."""

    message = N_("Kies één voornaam of bijnaam: letters, hooguit twintig. Niet uw achternaam.")


class HoldsContact(RuleBroken):
    """An address, a number or a link leads to a person."""

    message = N_("Hier staat een nummer, adres of link in. Haal dat weg. Buren schrijven u op deze site.")


class DayInvalid(RuleBroken):
    """It ends after today, and within three months."""

    message = N_("Kies een dag na vandaag, hooguit drie maanden vooruit.")


class TooMany(RuleBroken):
    """More adverts than one person keeps up."""

    message = N_("U hebt er al %(most)s staan. Haal er eerst een weg.")


class TooManyMessages(RuleBroken):
    """Nobody writes to the whole neighbourhood."""

    message = N_("U schreef vandaag al %(most)s berichten. Morgen kunt u weer schrijven.")


class AdvertGone(NotFound):
    """No such advert, or it is over."""

    message = N_("Dit staat er niet meer. Kijk wat er nu is.")


class TalkUnknown(NotFound):
    """No talk of one's own."""

    message = N_("Dit gesprek is er niet, of niet van u.")


class OwnAdvert(RuleBroken):
    """One does not answer or report oneself."""

    message = N_("Dit is van uzelf.")


class TalkClosed(Conflict):
    """One of the two stopped, or the programme did."""

    message = N_("Dit gesprek is gestopt. Uw bericht is niet verstuurd.")


class AlreadyReported(Conflict):
    """One person reports one thing once."""

    message = N_("U meldde dit al. Het programma kijkt ernaar.")


class ReportDecided(Conflict):
    """A colleague was first, or who reported it would decide."""

    message = N_("Hierover is al beslist, of u meldde het zelf. Er is niets veranderd.")
