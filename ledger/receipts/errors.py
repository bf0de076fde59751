"""What keeps a receipt from being booked."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class ReceiptUnknown(NotFound):
    """No such receipt, or another's."""

    message = N_("Deze bon is er niet, of u mag hem niet zien.")


class NothingOnIt(RuleBroken):
    """No amount at all, or one below zero."""

    message = N_("Vul minstens één bedrag in, hoger dan nul.")


class TooMuchOnIt(RuleBroken):
    """More than one receipt is for."""

    message = N_("Dit is te veel voor één bon. Een bon is lager dan 100.000 euro.")


class BoughtInFuture(RuleBroken):
    """A day that is still to come."""

    message = N_("Deze dag moet nog komen.")


class BoughtLongAgo(RuleBroken):
    """A day before last year: a year typed wrong, or work for a bookkeeper."""

    message = N_("Deze bon is van voor %(year)s. Is dat jaar goed? Dan boekt uw boekhouder hem.")


class NoPhoto(RuleBroken):
    """A file that is no picture."""

    message = N_("Kies een foto (JPEG of PNG).")


class OtherPersonBooks(RuleBroken):
    """A large receipt is booked by somebody else than who brought it."""

    message = N_("Deze bon is hoger dan de grens. Een ander in uw bestuur kijkt en boekt.")


class NotWaiting(Conflict):
    """It was booked, or turned back."""

    message = N_("Deze bon wacht niet meer op een tweede blik.")


class BroughtBefore(RuleBroken):
    """One of the same day and amounts, from the same shop or with the same photo, is there already."""

    message = N_(
        "Deze bon staat er al, gebracht door %(name)s. Zijn het er twee? Maak een foto van de tweede, en schrijf "
        "achter de winkel “bon 2”."
    )


class NotYours(RuleBroken):
    """Who brought it takes it away."""

    message = N_("Alleen wie de bon bracht, trekt hem in.")


class NotBooked(Conflict):
    """It is not in the books, or not any more."""

    message = N_("Deze bon staat niet in de boeken.")


class AlreadyPaidBack(Conflict):
    """The bank told of it before."""

    message = N_("De betaling van deze bon is al gevonden.")


class SumDiffers(RuleBroken):
    """Receipts that make another sum than the entry."""

    message = N_("Samen is dit %(total)s. De bank betaalde %(amount)s. Er is niets geboekt.")


class NotThisPayment(RuleBroken):
    """An entry of another amount."""

    message = N_("Deze betaling past niet bij de bon.")
