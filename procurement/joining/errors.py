"""What can go wrong around bidding together."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class JointBidNotFound(NotFound):
    """No such joint bid, or one in which this organisation does not take part: the answer is the same."""


class NotForYou(Forbidden):
    """The lead works on the bid; a member says its own words and signs; the board signs."""

    message = N_("Dit mag alleen een bestuurder van dit lid.")


class OrganisationUnknown(RuleBroken):
    """No organisation with that number here."""

    message = N_("Wij kennen geen organisatie met dit KvK-nummer. Vraag haar om zich aan te melden.")


class CannotInvite(RuleBroken):
    """Oneself, the buyer, or who takes part already."""

    message = N_(
        "Deze organisatie kunt u niet uitnodigen: u bent het zelf, zij doet al mee, of zij is de koper."
    )


class TooManyMembers(RuleBroken):
    """More than the most."""

    message = N_("Meer dan %(most)s leden kan niet.")


class NotReady(RuleBroken):
    """Signatures asked for something that is not whole."""

    message = N_("Nog niet alles is klaar om te tekenen. Maak eerst af: %(tasks)s.")


class NotAsked(Conflict):
    """Signed for something else than lies there now."""

    message = N_("De inschrijving is veranderd nadat u haar las. Er is niet getekend. Lees haar opnieuw.")


class NothingSigned(Conflict):
    """Taking back needs a signature."""

    message = N_("Uw handtekening staat er niet. Er is niets ingetrokken.")


class MayNotSign(RuleBroken):
    """A bar stands in the way of this member; its own page says which."""

    message = N_("Uw organisatie kan niet meedoen aan deze aanbesteding. Er is niet getekend.")


class MembersChanged(Conflict):
    """Roles and shares typed while the members changed."""

    message = N_("De leden zijn intussen veranderd. Wat u typte, staat er nog. Sla opnieuw op.")
