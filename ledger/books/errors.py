"""Refusals of the books. Nothing has been written when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class TooFewLines(RuleBroken):
    """A transfer has two lines or more."""

    message = N_("Een boeking heeft minstens twee regels. Er is niets geboekt.")


class TooManyLines(RuleBroken):
    """More lines than one transfer may hold."""

    message = N_("Een boeking heeft hoogstens %(most)s regels. Splits de boeking. Er is niets geboekt.")


class AmountZero(RuleBroken):
    """A line without an amount."""

    message = N_("Elk bedrag in een boeking is anders dan nul. Er is niets geboekt.")


class AmountInvalid(RuleBroken):
    """An amount that is no whole number of minor units, or beyond 10**15 of them."""

    message = N_("Dit bedrag kan niet worden geboekt. Er is niets geboekt.")


class Unbalanced(RuleBroken):
    """The lines do not add up to zero per currency and per set of books."""

    message = N_("De boeking is niet in evenwicht. Debet en credit zijn per boekhouding gelijk.")


class LineTwice(RuleBroken):
    """A reservation names an account twice."""

    message = N_("Een reservering noemt elke rekening één keer. Er is niets geboekt.")


class KeyInvalid(RuleBroken):
    """An idempotency key that is empty or too long."""

    message = N_("De sleutel van een boeking heeft 1 tot 200 tekens. Er is niets geboekt.")


class KeyTwice(RuleBroken):
    """A batch holds one key twice."""

    message = N_("Een reeks boekingen noemt elke sleutel één keer. Er is niets geboekt.")


class KindInvalid(RuleBroken):
    """A kind that is no short code in small letters."""

    message = N_("“%(kind)s” is geen geldige code. Er is niets geboekt.")


class ReferenceInvalid(RuleBroken):
    """A reference, sub-key or description of the wrong length."""

    message = N_("Deze tekst is te lang of leeg. Er is niets geboekt.")


class ExpiryInvalid(RuleBroken):
    """A reservation that would end before it begins."""

    message = N_("Deze reservering eindigt voordat zij begint. Er is niets geboekt.")


class FloorPassed(RuleBroken):
    """The balance, less what is reserved, would fall below the floor."""

    message = N_("Het saldo is niet genoeg. Er is niets geboekt.")


class CeilingPassed(RuleBroken):
    """The balance, with what is reserved, would pass the ceiling."""

    message = N_("Het saldo wordt te hoog voor deze rekening. Er is niets geboekt.")


class LimitPassed(RuleBroken):
    """Somewhere within a batch an account would pass a limit."""

    message = N_("Een rekening komt tijdens deze reeks over een grens. Er is niets geboekt.")


class PeriodClosed(RuleBroken):
    """The day on which it counts lies in a closed period of one of these sets of books."""

    message = N_("De boekhouding over deze dag is gesloten. Kies een latere dag. Er is niets geboekt.")


class TransferUnknown(NotFound):
    """No such transfer."""

    message = N_("Deze boeking bestaat niet.")


class IntentDiffers(Conflict):
    """An intent with this reference exists between other parties."""

    message = N_("Deze verwijzing hoort al bij andere partijen. Er is niets geboekt.")


class IntentUnknown(NotFound):
    """No such intent, or no such party."""

    message = N_("De aanleiding van deze boeking bestaat niet. Er is niets geboekt.")


class KeyReused(Conflict):
    """The idempotency key was used for another request."""

    message = N_("Deze opdracht is al gedaan met een andere inhoud. Er is niets geboekt.")


class NotReserved(RuleBroken):
    """What should be settled, voided or expired is no reservation."""

    message = N_("Deze reservering bestaat niet. Er is niets geboekt.")


class SettlementTooLarge(RuleBroken):
    """A settlement beyond its reservation, or on other accounts."""

    message = N_("Er is minder gereserveerd dan u wilt boeken. Er is niets geboekt.")


class ReservationEnded(Conflict):
    """The reservation was settled, voided or expired before."""

    message = N_("Deze reservering is al afgehandeld. Er is niets geboekt.")


class ReservationRunning(RuleBroken):
    """The reservation's time is not over."""

    message = N_("Deze reservering loopt nog. Er is niets veranderd.")


class ReservationExpired(RuleBroken):
    """The reservation's time is over; it can only expire."""

    message = N_("De tijd van deze reservering is voorbij. Er is niets geboekt.")


class NotReversible(RuleBroken):
    """A reservation or a reversal cannot be reversed."""

    message = N_("Deze boeking kan niet worden teruggedraaid. Maak een nieuwe boeking.")


class AlreadyReversed(Conflict):
    """The transfer was reversed before."""

    message = N_("Deze boeking is al teruggedraaid. Er is niets veranderd.")


class BooksBusy(Conflict):
    """Another posting held the accounts for too long, or two waited for each other."""

    message = N_("De rekening is nu in gebruik. Er is niets geboekt. Probeer het opnieuw.")
