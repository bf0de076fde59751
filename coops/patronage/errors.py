"""What the distribution of a surplus refuses."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class DistributionNotFound(NotFound):
    """No such distribution of this cooperative."""

    message = N_("Deze verdeling is er niet.")


class WhyMissing(RuleBroken):
    """Members decided it, so taking it back says why."""

    message = N_("Schrijf waarom, in tien tot vijfhonderd tekens. De leden lezen het.")


class AmountInvalid(RuleBroken):
    """A surplus is more than nothing; what goes to reserves is a part of it."""

    message = N_("Dit bedrag kan niet. De reserve is hooguit het overschot.")


class YearInvalid(RuleBroken):
    """The book year that is divided is over."""

    message = N_("Verdeel een boekjaar dat voorbij is.")


class RowInvalid(RuleBroken):
    """A row that names no member, or no whole amount of work or use."""

    message = N_("Regel %(row)s klopt niet. Schrijf per regel een lidnummer en een getal.")


class YearDivided(RuleBroken):
    """The surplus of a book year is divided once."""

    message = N_(
        "Het overschot van %(year)s is al verdeeld. Er is niets geboekt. Draai die verdeling eerst terug."
    )


class YearProposed(RuleBroken):
    """Of a book year one proposal waits for the members at a time."""

    message = N_("Er wacht al een verdeling van %(year)s op de leden. Neem die eerst terug.")


class MemberUnknown(RuleBroken):
    """A row with a number that nobody has here."""

    message = N_("Regel %(row)s: lid %(number)s staat niet in uw register.")


class MemberTwice(RuleBroken):
    """A member stands in the list twice."""

    message = N_("Lid %(number)s staat er twee keer.")


class NobodyShares(RuleBroken):
    """Nobody worked or used anything."""

    message = N_("Vul bij minstens één lid meer dan nul in.")


class TooMany(RuleBroken):
    """More members than one transfer holds."""

    message = N_("Een verdeling gaat over hooguit %(most)s leden.")


class DecidedBefore(Conflict):
    """A distribution is posted once, and taken back once."""

    message = N_("Dit is al gebeurd. Er is niets dubbel geboekt.")


class NotCarried(RuleBroken):
    """Members decide on a distribution, after it was proposed."""

    message = N_("Kies een voorstel dat de leden aannamen nadat u deze verdeling maakte.")
