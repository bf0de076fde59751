"""What can be wrong with agreements about chain liability."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class TermUnknown(NotFound):
    """No such term, or another's."""

    message = N_("Deze afspraak is er niet, of u mag haar niet zien.")


class PercentageWrong(RuleBroken):
    """A part lies above 0 and below 100 percent, with at most two decimals."""

    message = N_("Vul een percentage in boven 0 en onder 100, met hooguit twee cijfers achter de komma.")


class WageShareMissing(RuleBroken):
    """A part of the wages needs to be known of what share."""

    message = N_("Vul in welk deel van de prijs loon is.")


class AccountIsFree(RuleBroken):
    """The blocked account is another than the one for the rest."""

    message = N_("Dit is uw gewone rekening. Vul het IBAN van uw G-rekening in.")


class AgreedBefore(Conflict):
    """Somebody agreed before."""

    message = N_("Deze afspraak is al akkoord.")


class DayInFuture(RuleBroken):
    """Evidence of a day that is still to come."""

    message = N_("Deze dag moet nog komen.")


class ValidBeforeDated(RuleBroken):
    """Valid until a day before it was made."""

    message = N_("Geldig tot ligt voor de dag van het stuk.")


class TermClosed(Conflict):
    """A proposal that was refused or taken back, or a term that no longer counts."""

    message = N_("Deze afspraak is al geweigerd of ingetrokken.")


class BeforeAgreement(RuleBroken):
    """A part for the G-account of work from before the agreement."""

    message = N_("De overeenkomst begint op %(on)s. Kies die dag of later.")
