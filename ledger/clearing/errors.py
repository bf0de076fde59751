"""Why something about a round is not done. Nothing has changed then."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class AlreadyIn(Conflict):
    """The party takes part."""

    message = N_("Uw organisatie doet al mee.")


class NotIn(Conflict):
    """The party does not take part."""

    message = N_("Deze organisatie doet niet mee. Er is niets veranderd.")


class Insolvent(Conflict):
    """Somebody of the programme took the party out, as it cannot pay."""

    message = N_("Uw organisatie is uit de verrekening gehaald. Vraag het programma.")


class TextNotAccepted(RuleBroken):
    """Taking part without agreeing to the text."""

    message = N_("Zet een vinkje: zonder akkoord op de tekst kunt u niet meedoen.")


class CutOffWrong(RuleBroken):
    """A round about debts that are still to come."""

    message = N_("Het peilmoment ligt in de toekomst. Kies een moment dat voorbij is.")


class DaysWrong(RuleBroken):
    """Too short or too long to answer."""

    message = N_("Geef %(least)s tot %(most)s dagen om te antwoorden.")


class RoundRuns(Conflict):
    """One round at a time."""

    message = N_("Er loopt al een ronde. Rond die eerst af.")


class NoLoops(RuleBroken):
    """There is nothing to set off."""

    message = N_("Er zijn geen lussen: er valt nu niets te verrekenen. Er is geen ronde begonnen.")


class RoundUnknown(NotFound):
    """No such round, or not for this party."""

    message = N_("Deze ronde bestaat niet, of uw organisatie staat er niet in.")


class RoundOver(Conflict):
    """Its days are over, or it was carried out."""

    message = N_("Deze ronde is voorbij. Uw antwoord is niet veranderd.")


class RoundWaits(Conflict):
    """Not everybody answered, and there is time left."""

    message = N_("Nog niet iedereen heeft geantwoord. U kunt afronden vanaf %(until)s.")


class RoundDone(Conflict):
    """It was carried out before."""

    message = N_("Deze ronde is al uitgevoerd. Er is niets dubbel geboekt.")


class BooksDiffer(RuleBroken):
    """The clearing account of a party does not end at nothing."""

    message = N_("De verrekening komt niet op nul uit. Er is niets geboekt.")


class AgreementUnknown(NotFound):
    """No such agreement of this party."""

    message = N_("Deze overeenkomst bestaat niet, of is niet van uw organisatie.")


class AlreadyBarred(Conflict):
    """The agreement is left out already."""

    message = N_("Deze overeenkomst blijft al buiten de verrekening.")
