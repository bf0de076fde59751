"""What keeps an invoice from being a lawful electronic document. `field` is the place in the input."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class InvoiceUnreadable(RuleBroken):
    """The input is no JSON object of an invoice at all."""

    message = N_("Dit bestand is geen factuur in JSON.")


class DatesTurned(RuleBroken):
    """A day that comes before the one it must follow."""

    message = N_("Deze dag ligt voor de dag die eerst komt.")


class AmountNotPositive(RuleBroken):
    """Amounts are positive, on credit notes too: the kind of the document says which way they go."""

    message = N_("Dit moet meer dan nul zijn, ook op een creditnota.")


class UnitUnknown(RuleBroken):
    """No unit of UN/ECE Recommendation 20 or 21 (EN 16931, BR-CL-23)."""

    message = N_("Deze eenheid bestaat niet in de lijst van UN/ECE. Een uur is HUR, een stuk is C62.")


class CountryUnknown(RuleBroken):
    """No code of ISO 3166-1 (EN 16931, BR-CL-14)."""

    message = N_("Deze landcode bestaat niet. Nederland is NL.")


class OinInvalid(RuleBroken):
    """An OIN has twenty digits, with its leading zeros."""

    message = N_("Een OIN heeft 20 cijfers.")


class ReferenceInvalid(RuleBroken):
    """A payment reference that begins like ISO 11649 and has other check digits."""

    message = N_("Dit betalingskenmerk klopt niet. Controleer elk teken.")


class LegalIdMissing(RuleBroken):
    """Who sells or buys has a KvK number or an OIN (NLCIUS, BR-NL-1 and BR-NL-10; Peppol, R010 and R020)."""

    message = N_("Vul een KvK-nummer of een OIN in.")


class ReferenceMissing(RuleBroken):
    """Without it the buyer cannot find the order (NLCIUS, BR-NL-2; Peppol, R003)."""

    message = N_("Vul het kenmerk van de koper in, of het ordernummer.")


class PrepaidAboveTotal(RuleBroken):
    """More was paid ahead than the invoice asks."""

    message = N_("Er is meer vooruit betaald dan de factuur vraagt.")


class BlockedShareWrong(RuleBroken):
    """What goes to the G-account is more than nothing and less than what is to be paid."""

    message = N_("Het deel voor de G-rekening is meer dan nul en minder dan het te betalen bedrag.")


class BlockedAccountSame(RuleBroken):
    """Both parts would go to one account."""

    message = N_("De G-rekening is dezelfde als de gewone rekening.")


class CurrencyNotEuro(RuleBroken):
    """Local currency is a way to pay, never the currency of an invoice (EN 16931, BR-CL-03)."""

    message = N_("Een factuur is in euro.")
