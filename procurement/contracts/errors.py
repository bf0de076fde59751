"""What can go wrong around a contract."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class ContractNotFound(NotFound):
    """No such contract or tender, or not yours to see: the answer is the same."""


class NotYours(Forbidden):
    """A contract is its two parties' own."""

    message = N_("Alleen een inkoper van de koper en een bestuurder van de leverancier doen dit.")


class NotAwarded(Conflict):
    """First the definitive award."""

    message = N_("De gunning is nog niet definitief. Daarna kunt u het contract maken.")


class AlreadyMade(Conflict):
    """One contract of one award."""

    message = N_("Er is al een contract: %(number)s. Er is niets dubbel gedaan.")


class SumDiffers(RuleBroken):
    """The lines are the awarded price, to the cent."""

    message = N_("De regels zijn samen %(sum)s. De gegunde prijs is %(price)s. Die twee moeten gelijk zijn.")


class InstalmentsWrong(RuleBroken):
    """How often is paid."""

    message = N_("Kies 1 tot en met %(most)s termijnen.")


class LineInvalid(RuleBroken):
    """A line has a description and an amount above zero."""

    message = N_("Regel %(line)s: vul een omschrijving en een bedrag boven nul in.")


class TermOver(RuleBroken):
    """A contract that is made now still runs."""

    message = N_("Deze einddatum is al voorbij. Kies een latere dag.")


class TermReversed(RuleBroken):
    """A contract ends after it starts."""

    message = N_("De einddatum ligt niet na de begindatum.")


class PaymentTermInvalid(RuleBroken):
    """Buyers pay within thirty days (BW 6:119a, 6:119b)."""

    message = N_("Betalen gebeurt binnen 1 tot en met 30 dagen.")


class ContractSigned(Conflict):
    """Once somebody signed, the text stays."""

    message = N_("Er staat al een handtekening. De tekst verandert niet meer.")


class ContractChanged(Conflict):
    """What was read is not what there is."""

    message = N_("Het contract is gewijzigd. Er is niets getekend. Lees het nog eens.")


class SignedBefore(Conflict):
    """Each party signs once."""

    message = N_("Uw organisatie heeft al getekend op %(at)s. Er is niets dubbel gedaan.")


class LocalOptionMissing(RuleBroken):
    """Examined at every new contract: a promise of the covenant."""

    message = N_("Leg eerst vast of u een lokale leverancier hebt onderzocht.")


class LocalOptionKnown(Conflict):
    """Recorded once, kept as it was."""

    message = N_("Dit is al vastgelegd. Er is niets veranderd.")
