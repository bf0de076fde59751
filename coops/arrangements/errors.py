"""What agreements on support refuse."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class AgreementNotFound(NotFound):
    """No such agreement, or between others."""

    message = N_("Deze afspraak bestaat niet, of is van anderen.")


class DeliveryNotFound(NotFound):
    """No such delivery of this agreement."""

    message = N_("Deze levering staat niet bij deze afspraak. Er is niets veranderd.")


class PublicMoney(RuleBroken):
    """A municipality has no other money."""

    message = N_("Wat een overheid geeft, is publiek geld. Laat het vinkje staan, of doe een nieuw voorstel.")


class OtherKind(RuleBroken):
    """A request for premises is not met with hours."""

    message = N_("Dit aanbod is iets anders dan gevraagd. Kies een aanbod van dezelfde soort.")


class OwnSupport(RuleBroken):
    """One agrees nothing with oneself."""

    message = N_("Gever en ontvanger zijn dezelfde. Dat is geen afspraak.")


class OutsideOffer(RuleBroken):
    """The days lie within those of the offer."""

    message = N_("Blijf binnen de dagen van het aanbod: %(starts_on)s tot en met %(ends_on)s.")


class OverCapacity(RuleBroken):
    """More than is still free."""

    message = N_("Er is nog %(left)s vrij. Vraag minder, of kies andere dagen. Er is niets vastgelegd.")


class CeilingPassed(RuleBroken):
    """The receiver would pass the ceiling of de-minimis aid, and nobody said that they saw it."""

    message = N_(
        "Hiermee gaat de ontvanger over de grens voor de-minimissteun. Overleg eerst. Vink aan dat u dit zag."
    )


class NotYours(Forbidden):
    """The other side answers."""

    message = N_("Dit doet de andere partij.")


class AlreadyAnswered(Conflict):
    """It was agreed, declined or ended in the meantime."""

    message = N_("Dit is al beantwoord of gesloten. Er is niets veranderd.")


class ReasonMissing(RuleBroken):
    """Who says no, or ends it, says why."""

    message = N_("Schrijf waarom. De ander rekende hierop.")


class NotRunning(Conflict):
    """Only what both sides agreed on is delivered."""

    message = N_("Deze afspraak loopt niet. Er is niets opgeschreven.")


class DeliveryAmountWrong(RuleBroken):
    """A delivery is at least one whole unit."""

    message = N_("Vul een heel getal boven nul in.")


class DeliveryDayWrong(RuleBroken):
    """Delivered on a day of the agreement that has been."""

    message = N_("Kies een dag vanaf het begin van de afspraak, tot en met vandaag.")


class TooMuchDelivered(RuleBroken):
    """More than was agreed."""

    message = N_("Er staat nog %(left)s open. Levert u meer? Maak daarvoor een nieuwe afspraak.")


class NothingCorrected(RuleBroken):
    """A correction changes something."""

    message = N_("Dit is hetzelfde getal als nu. Er is niets te verbeteren.")


class NotImpartial(Forbidden):
    """Who delivered it, works for the giver or coaches the receiver does not confirm it."""

    message = N_("Wie leverde of begeleidt, bevestigt niet. Vraag een ander van de ontvanger.")
