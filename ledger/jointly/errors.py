"""Why invoices of a joint contract are not sent together."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class PartUnknown(NotFound):
    """No such line of this contract."""

    message = N_("Deze regel staat niet in de overeenkomst. Kijk opnieuw.")


class NotJoint(RuleBroken):
    """A contract of one supplier, or one whose lines are not divided over the partners."""

    message = N_("Deze overeenkomst is niet over leveranciers verdeeld. Ieder factureert zelf.")


class MandateMissing(RuleBroken):
    """A partner that did not agree beforehand."""

    message = N_("%(name)s gaf nog geen toestemming. Er is niets verstuurd.")


class NoPartner(RuleBroken):
    """A mandate for who does not supply under the contract, or for oneself."""

    message = N_("Kies een andere leverancier van deze overeenkomst.")


class MandateThere(Conflict):
    """A second mandate beside one that runs."""

    message = N_("Er loopt al een toestemming. Trek die eerst in.")


class MandateEnded(Conflict):
    """A mandate that was taken back before."""

    message = N_("Deze toestemming is al ingetrokken.")


class SplitMeanwhile(Conflict):
    """Some of it was invoiced already, together or by a partner apart."""

    message = N_("Hiervan is al een factuur verstuurd. Er is niets dubbel gedaan.")


class PartnerStuck(RuleBroken):
    """What keeps the invoice of one partner back keeps all back."""

    message = N_("Bij %(name)s lukt het niet: %(why)s Er is niets verstuurd.")
