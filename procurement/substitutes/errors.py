"""What can go wrong around putting another in the place of who lends its means."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class SubstituteNotFound(NotFound):
    """No such request, or not for this reader: the answer is the same."""


class NotForYou(Forbidden):
    """Each step has its own side: the buyer asks and checks, the winner names, the one named states for itself."""

    message = N_("Dit is niet aan uw organisatie gevraagd.")


class NotABacker(RuleBroken):
    """A party to the bid is never replaced: that would be another bidder."""

    message = N_("Alleen wie middelen leent, kan worden vervangen. De inschrijver zelf niet.")


class AskedBefore(Conflict):
    """One at a time."""

    message = N_("Vervanging is al gevraagd. Er is niets opnieuw verstuurd.")


class TermOver(Conflict):
    """Too late."""

    message = N_("De termijn eindigde op %(until)s. Bel de koper. Er is niets bewaard.")


class NamedNotAllowed(RuleBroken):
    """It takes part already, or buys."""

    message = N_("Deze organisatie doet al mee, of zij is de koper. Noem een andere.")


class OutOfTurn(Conflict):
    """Another step comes first, or this one was done."""

    message = N_("Deze stap kan nu niet, of is al gedaan. Er is niets veranderd.")


class ReasonTooShort(RuleBroken):
    """Each decision has its reason."""

    message = N_("Schrijf waarom, in minstens %(least)s tekens.")
