"""What keeps an invoice made here from being an electronic document."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class SumsDiffer(RuleBroken):
    """The document would not add up to the invoice that was sent and booked."""

    message = N_("De e-factuur telt niet op tot de factuur die is verstuurd. Meld dit aan de beheerder.")


class ProfileUnknown(NotFound):
    """No such profile, or the invoice is no lawful document in it."""

    message = N_("Deze e-factuur bestaat niet. Kijk welke er wel zijn.")


class EnoughCopies(RuleBroken):
    """The invoice was mailed as often as an invoice is mailed."""

    message = N_("Deze factuur is al %(most)s keer gemaild. Download de PDF en stuur die zelf.")
