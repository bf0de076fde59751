"""What can go wrong around relying on another's means."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class BackingNotFound(NotFound):
    """No such request, or not for this reader: the answer is the same."""


class NotForYou(Forbidden):
    """Another organisation than the one that was asked, or that asks."""

    message = N_("Dit is niet aan uw organisatie gevraagd.")


class OrganisationUnknown(RuleBroken):
    """It has to be here, since it answers itself."""

    message = N_("Deze organisatie kennen wij niet. Vraag haar om zich hier aan te melden.")


class CannotAsk(RuleBroken):
    """It is the bidder itself, a member, the buyer, or asked before."""

    message = N_("Deze organisatie kunt u niet vragen. Zij doet al mee, of zij is de koper.")


class TooMany(RuleBroken):
    """A bid relies on a handful at most."""

    message = N_("U kunt op hooguit %(most)s organisaties steunen.")


class PromisedBefore(Conflict):
    """A promise is given once."""

    message = N_("U zegde dit al toe. Er is niets veranderd.")
