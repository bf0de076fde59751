"""Why an answer of a bank is not taken in. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class ReportUnreadable(RuleBroken):
    """No pain.002, or broken."""

    message = N_("Dit is geen antwoord van een bank (pain.002), of het is kapot. Er is niets veranderd.")


class ReportDangerous(ReportUnreadable):
    """It has a DOCTYPE, which could name other files."""

    message = N_("Deze XML bevat iets dat gevaarlijk kan zijn (DOCTYPE). Er is niets veranderd.")


class ReportTooLarge(ReportUnreadable):
    """More than is read."""

    message = N_("Dit bestand is te groot voor een antwoord van de bank. Er is niets veranderd.")


class ReportOfNothing(RuleBroken):
    """It answers no file of this organisation."""

    message = N_("Dit antwoord gaat over een bestand dat hier niet van u is. Er is niets veranderd.")


class ReportDiffers(RuleBroken):
    """It speaks of another number of payments, or another sum, than the file has."""

    message = N_(
        "Aantal of som in dit antwoord is anders dan in uw bestand. Er is niets veranderd. Bel uw bank."
    )


class ReportKnown(Conflict):
    """The same answer was taken in before."""

    message = N_("Dit antwoord is al ingelezen. Er is niets dubbel gedaan.")
