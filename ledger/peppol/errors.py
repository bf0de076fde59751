"""Why a document is not handed to the network, and what an access point answers."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class HandedBefore(Conflict):
    """It is on its way, or arrived."""

    message = N_("Deze factuur is al via Peppol verstuurd.")


class NoAccessPoint(RuleBroken):
    """There is nobody who takes it."""

    message = N_("Deze site is nog niet aangesloten op Peppol. Mail de factuur, of download haar.")


class PointBusy(Conflict):
    """The access point did not answer: whether it took the document is not known, so the same key asks again."""

    message = N_("Het aansluitpunt geeft geen antwoord. Wij proberen het opnieuw.")
