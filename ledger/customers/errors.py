"""What can be wrong with a customer."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class CustomerUnknown(NotFound):
    """No such customer, or another's."""

    message = N_("Deze klant staat niet in uw adresboek.")


class CustomerGone(Conflict):
    """Taken out of the address book."""

    message = N_("Deze klant is uit uw adresboek gehaald. Voeg de klant opnieuw toe.")


class TakesPart(RuleBroken):
    """Who has books here is invoiced in both sets of books, never as somebody outside."""

    message = N_("%(name)s doet hier mee. Maak de factuur met het KvK-nummer, dan komt zij daar binnen.")


class PrivateHasNone(RuleBroken):
    """A private person has no number of the trade register and no VAT id."""

    message = N_("Een particulier heeft dit nummer niet. Laat dit leeg, of kies “bedrijf of organisatie”.")


class CountryUnknown(RuleBroken):
    """No country of the list."""

    message = N_("Kies een land uit de lijst.")


class VatIdOfOther(RuleBroken):
    """A VAT id that is not one of the customer's country."""

    message = N_("Dit btw-nummer hoort niet bij het land, of er zit een fout in. Controleer elk teken.")


class NotShifted(RuleBroken):
    """VAT is shifted to businesses with a VAT id of an EU state, and to nobody else (Wet OB art. 12, EU art. 196)."""

    message = N_(
        "“Btw verlegd” kan alleen bij een bedrijf in de EU met een btw-nummer. Kies een ander tarief."
    )
