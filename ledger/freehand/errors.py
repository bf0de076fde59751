"""Why an invoice without an agreement is not made."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class BuyerUnknown(NotFound):
    """Nobody whom this seller can invoice."""

    message = N_("Deze klant staat niet in uw adresboek en doet hier niet mee.")


class NobodyHere(RuleBroken):
    """No organisation here has the number."""

    message = N_("Hier doet niemand mee met dit KvK-nummer. Zet de klant in uw adresboek.")


class OwnInvoice(RuleBroken):
    """A seller does not invoice itself."""

    message = N_("Dit is uw eigen organisatie. U stuurt uzelf geen factuur.")


class HasAgreement(RuleBroken):
    """This draft was made from an agreement: its lines follow from that."""

    message = N_("Deze factuur hoort bij een overeenkomst. Verander de aantallen daar.")
