"""Why an online payment is not made, taken or given back."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken, Unavailable
from cwb.kernel.text import N_


class OrderNotFound(NotFound):
    """No such order of this payer or organisation."""

    message = N_("Deze online betaling bestaat niet, of u mag haar niet zien.")


class TillClosed(RuleBroken):
    """The organisation takes no online payments."""

    message = N_("Online betalen kan hier nog niet. Er is niets geboekt. Betaal met een overboeking.")


class AmountTooSmall(RuleBroken):
    """The provider takes half a euro or more."""

    message = N_("Online betalen kan vanaf %(least)s. Er is niets geboekt.")


class NothingToRefund(Conflict):
    """An order that was not paid, or is in dispute, is not given back."""

    message = N_("Van deze betaling is nu niets terug te geven. Er is niets veranderd.")


class RefundAboveRest(RuleBroken):
    """More than what is left of the payment."""

    message = N_("Van deze betaling is nog %(rest)s over. Geef niet meer terug dan dat.")


class RefundNotPositive(RuleBroken):
    """A refund is more than nothing."""

    message = N_("Vul een bedrag van meer dan nul in.")


class ProviderBusy(Unavailable):
    """No answer now: tried again later, with the same key."""

    message = N_("De betaaldienst antwoordt nu niet. Wij proberen het opnieuw.")


class CallRefused(Conflict):
    """The provider refused a call; asking it again does not help."""

    message = N_("De betaaldienst weigerde: %(why)s")


class KeyClash(CallRefused):
    """The same key came with other content."""

    message = N_("De betaaldienst kreeg dezelfde sleutel met andere inhoud. De opdracht is stilgezet.")


class EventRefused(RuleBroken):
    """A message that is not proven to be the provider's, too old, or meant for somebody else."""

    message = N_("Dit bericht is niet van de betaaldienst, te oud of voor een ander.")


class AccountInvalid(RuleBroken):
    """What names an account at the provider."""

    message = N_("Dit is geen account bij de betaaldienst: acct_ en letters of cijfers.")


class PracticeInProduction(RuleBroken):
    """Practice money in real books."""

    message = N_("Oefengeld kan alleen in een demo. In deze boeken staat echt geld.")
