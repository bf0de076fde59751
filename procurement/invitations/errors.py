"""What an invitation refuses."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class NothingToInvite(Conflict):
    """The procedure is open to all, or not chosen yet."""

    message = N_("Bij deze procedure nodigt u niemand uit. Kies eerst een onderhandse procedure.")


class InvitationReasonMissing(RuleBroken):
    """Why this one: required for each (Aw 2012, art. 1.4)."""

    message = N_("Schrijf waarom u deze organisatie uitnodigt. De wet vraagt een objectieve keuze.")


class AlreadyInvited(Conflict):
    """Invited before."""

    message = N_("Deze organisatie staat al op de lijst. Er is niets veranderd.")


class NotToInvite(RuleBroken):
    """The buyer itself, or somebody without a KvK number."""

    message = N_("Deze organisatie kan niet inschrijven. Kies een ander met een KvK-nummer.")


class OrganisationUnknown(RuleBroken):
    """No organisation of this number takes part."""

    message = N_("Geen organisatie met dit KvK-nummer doet mee. Vraag haar zich eerst aan te melden.")


class TooManyInvited(RuleBroken):
    """More than the procedure allows."""

    message = N_("U nodigt er hooguit %(most)s uit. Haal er eerst een weg.")


class TooFewInvited(RuleBroken):
    """Fewer than the procedure asks."""

    message = N_("Nodig er minstens %(least)s uit. Nu zijn het er %(count)s.")


class InvitationNotFound(NotFound):
    """No such invitation on this tender."""
