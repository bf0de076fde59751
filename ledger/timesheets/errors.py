"""What can be wrong with hours. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class HoursNotFound(NotFound):
    """No such hours, or not yours to see."""

    message = N_("Deze uren bestaan niet, of u mag ze niet zien.")


class NotPerHour(RuleBroken):
    """Hours are written on a line that is priced per hour."""

    message = N_("Deze regel is niet per uur. Kies een regel met een prijs per uur.")


class NotInQuarters(RuleBroken):
    """A quarter of an hour at least, a whole day at most, in whole quarters."""

    message = N_("Schrijf uren in kwartieren, bijvoorbeeld 7,5 of 0,25. Niet meer dan 24.")


class DayTooFull(RuleBroken):
    """More than a person can work on a day, over all agreements."""

    message = N_("Op deze dag staan dan meer dan 24 uur. Er staat al %(there)s uur.")


class WrittenBefore(RuleBroken):
    """The same hours of the same day are there already, word for word."""

    message = N_("Dit staat er al. Werkte u nog een keer? Schrijf dan op wat u de tweede keer deed.")


class WorkedInFuture(RuleBroken):
    """What is not worked yet is not written down."""

    message = N_("Deze dag komt nog. Schrijf uren op na het werk.")


class WorkedOutsideAgreement(RuleBroken):
    """A day outside the term of the agreement."""

    message = N_("Deze dag valt buiten de overeenkomst: van %(starts)s tot en met %(ends)s.")


class AlreadySigned(Conflict):
    """Signed hours never change."""

    message = N_("Deze uren zijn getekend en veranderen niet meer.")


class NothingChosen(RuleBroken):
    """No hours were chosen, or a colleague dealt with them."""

    message = N_("Kies minstens één regel. Misschien was een collega u voor: kijk de lijst na.")


class HoursChanged(RuleBroken):
    """What is answered is not what was read: it was written anew in between."""

    message = N_("Deze uren zijn intussen gewijzigd. Er is niets getekend. Lees ze nog een keer.")


class OwnHours(RuleBroken):
    """Nobody signs its own hours."""

    message = N_("Uw eigen uren tekent een ander. Er is niets getekend.")


class ReasonMissing(RuleBroken):
    """Who sends hours back says why."""

    message = N_("Schrijf op wat er niet klopt.")


class NothingToInvoice(Conflict):
    """No signed hours wait for an invoice."""

    message = N_("Er zijn geen getekende uren meer zonder factuur. Er is niets dubbel gemaakt.")
