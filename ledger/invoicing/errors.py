"""What can be wrong with an invoice or a credit note."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class InvoiceNotFound(NotFound):
    """No such invoice, or not yours to see."""

    message = N_("Deze factuur bestaat niet, of u mag haar niet zien.")


class LineOfOtherAgreement(RuleBroken):
    """An invoice line that points at another agreement's line."""

    message = N_("Deze regel hoort bij een andere overeenkomst. Begin opnieuw vanaf de overeenkomst.")


class DeliveredInFuture(RuleBroken):
    """What is not delivered yet cannot be invoiced (an advance is a later kind)."""

    message = N_("De levering ligt nog in de toekomst. Factureer na de levering.")


class DeliveredOutsideAgreement(RuleBroken):
    """The delivery lies outside the term of the agreement."""

    message = N_("De levering valt buiten de looptijd: van %(starts)s tot en met %(ends)s.")


class ReferenceMissing(RuleBroken):
    """A buyer reference or an order number (NLCIUS BR-NL-2, Peppol R003); the agreement's reference counts as well."""

    message = N_("Vul het kenmerk of het ordernummer van de klant in.")


class NotADraft(Conflict):
    """Only a draft can be changed, thrown away or sent."""

    message = N_("Deze factuur is al verstuurd en verandert niet meer. Fout? Maak een creditfactuur.")


class AskedAhead(Conflict):
    """A draft of a prepayment has no quantities."""

    message = N_("Een voorschot verandert u niet. Gooi het concept weg en vraag een nieuw voorschot.")


class SellerIbanMissing(RuleBroken):
    """An invoice says where to pay."""

    message = N_("Uw IBAN ontbreekt. Vul het in bij uw organisatie, dan kan de klant betalen.")


class SellerKvkMissing(RuleBroken):
    """An invoice carries the seller's KvK number (Handelsregisterwet art. 27)."""

    message = N_("Uw KvK-nummer ontbreekt. Vul het in bij uw organisatie.")


class NothingToPay(RuleBroken):
    """An invoice of zero."""

    message = N_("Het totaal is nul. Zo'n factuur versturen wij niet.")


class NotCreditable(Conflict):
    """Only a sent invoice can be credited; not a draft and not a credit note."""

    message = N_("Alleen een verstuurde factuur kunt u crediteren.")


class CreditAboveInvoice(RuleBroken):
    """Credit notes together never exceed their invoice."""

    message = N_("Dit is meer dan er op de factuur over is. U kunt nog %(left)s crediteren.")


class CreditLineAboveInvoice(RuleBroken):
    """A line is credited beyond its quantity on the invoice."""

    message = N_("Van “%(line)s” is nog %(left)s over. Crediteer niet meer dan dat.")


class RefundFirst(RuleBroken):
    """A payment of which something was paid back."""

    message = N_("Van deze betaling is al iets terugbetaald. Draai eerst die terugbetaling terug.")
