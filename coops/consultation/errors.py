"""What a market consultation refuses."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class ConsultationNotFound(NotFound):
    """The need has no consultation."""

    message = N_("Deze behoefte heeft geen marktconsultatie.")


class ConsultationThere(Conflict):
    """A need is consulted about once."""

    message = N_("Er is al een marktconsultatie over deze behoefte. Er is niets veranderd.")


class QuestionsMissing(RuleBroken):
    """Without a question there is nothing to answer."""

    message = N_("Stel minstens één vraag. Zet elke vraag op een eigen regel.")


class TooManyQuestions(RuleBroken):
    """More questions than people answer on a phone."""

    message = N_("U stelt %(count)s vragen. Stel er hooguit %(most)s.")


class QuestionTooLong(RuleBroken):
    """A question is one sentence or two."""

    message = N_("Vraag %(number)s is te lang. Gebruik hooguit %(most)s tekens.")


class ClosingTooSoon(RuleBroken):
    """People need time to answer."""

    message = N_("Kies een later moment. Geef mensen minstens %(days)s dagen.")


class ConsultationClosed(Conflict):
    """The time to answer is over."""

    message = N_("De marktconsultatie is gesloten. Uw antwoord is niet bewaard.")


class NothingAnswered(RuleBroken):
    """All boxes are empty."""

    message = N_("Beantwoord minstens één vraag.")


class StillOpen(RuleBroken):
    """A report comes after the last answer."""

    message = N_("De marktconsultatie loopt nog. Het verslag kan na het sluitmoment.")


class ReportMissing(RuleBroken):
    """What was learned is told to everyone."""

    message = N_("Schrijf wat u leerde en wat u daarmee doet.")


class ReportThere(Conflict):
    """A report is published once."""

    message = N_("Het verslag is al gepubliceerd. Er is niets veranderd.")
