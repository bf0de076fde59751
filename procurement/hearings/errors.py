"""Why a question, an answer or a decision about it is not taken."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class TextTooShort(RuleBroken):
    """A question, an answer and a decision have content."""

    message = N_("Schrijf een paar zinnen. Minstens %(least)s tekens.")


class TermTooShort(RuleBroken):
    """Whoever answers needs time."""

    message = N_("Geef minstens %(days)s werkdagen: tot en met %(first)s.")


class TermEnded(Conflict):
    """The term to answer is over."""

    message = N_("De termijn voor uw antwoord is voorbij sinds %(until)s. Uw tekst is niet verstuurd.")


class AnsweredBefore(Conflict):
    """An answer is given once."""

    message = N_("Deze vraag is al beantwoord. Er is niets veranderd.")


class StillWaiting(Conflict):
    """Who was asked has its term."""

    message = N_("De inschrijver heeft nog tijd om te antwoorden. Beslis daarna.")
