"""Why money that stands ahead is not used, paid back or booked."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class AheadUnknown(NotFound):
    """No such money ahead, or it is between others."""


class PaybackUnknown(NotFound):
    """No such repayment, or it is another's."""


class NothingAhead(Conflict):
    """All of it was set off or promised back."""

    message = N_("Van dit tegoed is niets meer over. Er is niets veranderd.")


class NotBetweenThese(RuleBroken):
    """The invoice is between others, or not to be paid now."""

    message = N_(
        "Deze factuur past niet bij dit tegoed. Alleen een open, goedgekeurde factuur van dezelfde twee kan."
    )


class PaidToOther(RuleBroken):
    """The invoice was assigned to a fund, or only its part for the G-account is open."""

    message = N_(
        "Deze factuur wordt op een andere rekening betaald. Zij is niet met een tegoed te verrekenen."
    )


class AheadAboveLeft(RuleBroken):
    """More than is left of it, or nothing."""

    message = N_("U kunt hiervan %(left)s terugbetalen. Vul een bedrag in tot en met dat.")


class PayerIbanUnknown(RuleBroken):
    """The bank did not tell from which account the money came, and nobody said where it goes."""

    message = N_("Vul in naar welke rekening het geld gaat. De bank noemde geen rekening.")


class PaybackDecided(Conflict):
    """It was agreed, paid or dropped meanwhile."""

    message = N_("Over deze terugbetaling is intussen al beslist.")


class OtherAgrees(RuleBroken):
    """Above the limit another person agrees."""

    message = N_("U vroeg deze terugbetaling zelf aan. Een collega keurt haar goed.")


class AheadUsed(Conflict):
    """The entry cannot be taken back while an invoice was paid from it, or it goes back."""

    message = N_("Van dit tegoed is al iets verrekend of terugbetaald. Draai dat eerst terug.")


class PartnerUnknown(RuleBroken):
    """Nobody with whom this organisation trades."""

    message = N_("Kies een klant of leverancier met wie u zaken doet.")


class PayerIsOther(RuleBroken):
    """The account is that of another with whom one trades, and nobody said that it is right all the same."""

    message = N_("Deze rekening is van %(name)s. Klopt uw keuze toch? Kruis dat dan aan.")


class AheadOnBlocked(RuleBroken):
    """A G-account pays taxes only."""

    message = N_("Op een G-rekening staat geen tegoed. Kies een factuur.")
