"""Why nothing is topped up or given back. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class TopUpUnknown(NotFound):
    """No such top-up of this payer, or of this instrument."""

    message = N_("Deze opwaardering bestaat niet, of u mag haar niet zien.")


class TopUpClosed(RuleBroken):
    """The keeper takes no online payments for this money as it stands now."""

    message = N_("Online opwaarderen kan nu niet. Er is niets betaald. Vraag het programma.")


class ResidentsOnly(RuleBroken):
    """Organisations pay by bank transfer: their fee depends on how long they had it."""

    message = N_("Online opwaarderen is voor bewoners. Een organisatie maakt het geld over.")


class AmountSmall(RuleBroken):
    """Less than the least."""

    message = N_("Opwaarderen kan vanaf %(least)s. Er is niets betaald.")


class RoomSmall(RuleBroken):
    """More than the wallet may still hold."""

    message = N_("In uw portemonnee past nog %(room)s. Er is niets betaald.")


class FloatSmall(RuleBroken):
    """The float cannot pay the backing until the provider pays out."""

    message = N_("De pot voor opwaarderen is bijna leeg. Er is niets betaald. Probeer het later nog eens.")


class MethodReturnable(RuleBroken):
    """The way of paying lets the payer take the money back, so nothing is issued on it."""

    message = N_("Zo’n betaling kan later worden teruggehaald.")


class NothingBack(Conflict):
    """Nothing of it is left, or it was paid too long ago."""

    message = N_("Van deze betaling is nu niets terug te vragen. Er is niets veranderd.")


class BackAboveRest(RuleBroken):
    """More than what is left."""

    message = N_("U kunt nu nog %(rest)s terugvragen.")


class ClaimClosed(Conflict):
    """There is nothing to be paid back any more."""

    message = N_("Hier staat niets meer open. Er is niets veranderd.")


class ReferenceMissing(RuleBroken):
    """No reference on the statement."""

    message = N_("Vul het kenmerk van het afschrift in.")


class NotCome(RuleBroken):
    """More than the provider sent."""

    message = N_("Van de betaaldienst kwam nog %(there)s. Meer kan er niet in de pot.")
