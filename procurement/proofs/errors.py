"""What can go wrong around papers and proof."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class ProofNotFound(NotFound):
    """No such request, proof or file, or not for this reader: the answer is the same."""


class NotYourTender(Forbidden):
    """A purchaser of the buyer asks and looks."""

    message = N_("Dit doet een inkoper van de koper.")


class NotAsked(Forbidden):
    """Another organisation than the one that was asked."""

    message = N_("Dit bewijs is niet aan u gevraagd.")


class NoWinner(Conflict):
    """Proof is asked of the intended winner alone, once the letters are out."""

    message = N_(
        "Bewijs vraagt u alleen aan de winnaar, nadat de brieven verstuurd zijn. Er is niets gevraagd."
    )


class AskedBefore(Conflict):
    """A colleague was first."""

    message = N_("Deze winnaar is al om bewijs gevraagd. Er is niets opnieuw verstuurd.")


class NothingChosen(RuleBroken):
    """No paper chosen."""

    message = N_("Kies minstens één stuk.")


class TermTooShort(RuleBroken):
    """Too few days to answer."""

    message = N_("Geef minstens %(days)s dagen. De eerste dag die kan, is %(day)s.")


class NoFile(RuleBroken):
    """The newest paper of this kind has no file, or does not count any more."""

    message = N_("U hebt nog geen geldig stuk met een bestand. Er is niets verstuurd. Voeg het eerst toe.")


class SentBefore(Conflict):
    """The same kind lies with the buyer already."""

    message = N_("Dit stuk ligt al bij de koper. Er is niets opnieuw verstuurd.")


class SeenBefore(Conflict):
    """A colleague looked already."""

    message = N_("Een collega keek dit stuk al na. Er is niets veranderd.")


class NoteMissing(RuleBroken):
    """Not good, without a word why."""

    message = N_("Schrijf wat er niet goed is. Dan kan de winnaar het herstellen.")


class ReasonTooShort(RuleBroken):
    """Each ruling has its reason."""

    message = N_("Schrijf waarom, in minstens %(least)s tekens. De winnaar leest het.")


class NothingOpen(Conflict):
    """All papers are settled, or the winner was refused."""

    message = N_("Hier staat geen stuk meer open. Er is niets veranderd.")


class TermNotLonger(RuleBroken):
    """A term for proof never becomes shorter."""

    message = N_("Kies een dag na %(day)s. Korter kan nooit.")


class TermRuns(RuleBroken):
    """Refused before its term would be unfair."""

    message = N_("De winnaar heeft nog tijd, tot %(until)s. Daarna kunt u afwijzen.")


class SeeFirst(RuleBroken):
    """What was sent is looked at first."""

    message = N_("Kijk eerst na wat de winnaar stuurde. Daarna kunt u afwijzen.")
