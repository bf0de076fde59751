"""What can go wrong around a contract made elsewhere."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class ExternalNotFound(NotFound):
    """No such contract or file, or not yours to see: the answer is the same."""


class NotYours(Forbidden):
    """A buyer writes down its own contracts."""

    message = N_("Alleen een inkoper van de koper doet dit.")


class TitleMissing(RuleBroken):
    """What it is about, at most 200 characters."""

    message = N_("Vul in waar het contract over gaat, in hooguit 200 tekens.")


class SupplierMissing(RuleBroken):
    """With whom, at most 200 characters."""

    message = N_("Vul de naam van de leverancier in, in hooguit 200 tekens.")


class SupplierIsBuyer(RuleBroken):
    """Nobody sells to itself."""

    message = N_("Koper en leverancier zijn dezelfde.")


class ValueInvalid(RuleBroken):
    """Above zero."""

    message = N_("Schrijf een bedrag boven nul, als 1250.00 of 1250,00.")


class DayInvalid(RuleBroken):
    """No day."""

    message = N_("Schrijf een datum als 2026-07-31 of 31-07-2026.")


class TermReversed(RuleBroken):
    """It ends after it starts."""

    message = N_("De einddatum ligt niet na de begindatum.")


class TenderNedInvalid(RuleBroken):
    """A TenderNed number has at most twelve digits."""

    message = N_("Een TenderNed-nummer heeft hooguit 12 cijfers, zonder letters.")


class KnownBefore(Conflict):
    """The same contract stands in the list."""

    message = N_("Dit contract staat er al: %(number)s. Er is niets dubbel gedaan.")


class LocalOptionKnown(Conflict):
    """Recorded once, kept as it was."""

    message = N_("Dit is al vastgelegd. Er is niets veranderd.")


class WithdrawnBefore(Conflict):
    """It was taken back."""

    message = N_("Dit contract is al van de lijst. Er is niets veranderd.")


class FileUnreadable(RuleBroken):
    """A file that is no CSV of contracts."""

    message = N_("Dit bestand is niet te lezen: %(why)s")


class FileHasFaults(RuleBroken):
    """A file with rows that are wrong; nothing was kept."""

    message = N_("%(count)s regels zijn niet goed. Er is niets opgeslagen. Verbeter het bestand.")
