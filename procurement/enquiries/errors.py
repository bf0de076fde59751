"""What questions and notes refuse."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class QuestionNotFound(NotFound):
    """No such question, or it is not for this reader."""

    message = N_("Deze vraag bestaat niet, of u mag haar nog niet zien.")


class NotaNotFound(NotFound):
    """No note of this number."""

    message = N_("Deze nota van inlichtingen bestaat niet.")


class QuestionsClosed(RuleBroken):
    """The last moment to ask has passed."""

    message = N_("Vragen stellen kon tot %(until)s. Uw vraag is niet bewaard.")


class QuestionEmpty(RuleBroken):
    """A question has words."""

    message = N_("Schrijf uw vraag.")


class QuestionTooLong(RuleBroken):
    """A question has at most a hundred words."""

    message = N_("Uw vraag heeft %(words)s woorden. Gebruik er hooguit 100.")


class QuestionRepeated(RuleBroken):
    """The same organisation already asked this, and waits for the answer."""

    message = N_("U stelde deze vraag al. Het antwoord komt nog. U hoeft niets te doen.")


class NamesAsker(RuleBroken):
    """Everybody reads the question, nobody who asked."""

    message = N_("Uw vraag noemt de naam van uw organisatie. Iedereen leest haar. Haal de naam weg.")


class PersonalNumber(RuleBroken):
    """Nine digits that pass the test of a citizen service number."""

    message = N_("Hier staat een nummer dat op een BSN lijkt. Haal het weg: iedereen leest mee.")


class PartUnknown(RuleBroken):
    """A question is about a part of the tender."""

    message = N_("Kies over welk onderdeel u iets vraagt.")


class AnswerEmpty(RuleBroken):
    """An answer has words."""

    message = N_("Schrijf het antwoord.")


class AlreadyAnswered(Conflict):
    """The answer went out to everyone."""

    message = N_("Dit antwoord is al voor iedereen gepubliceerd. Het verandert niet meer.")


class NothingToPublish(RuleBroken):
    """A note holds at least one answer."""

    message = N_("Er zijn geen nieuwe antwoorden om te publiceren.")


class TooLateForNota(RuleBroken):
    """Answers are out ten days before closing, or the deadline moves in the same act (Aanbestedingswet 2.54)."""

    message = N_(
        "Antwoorden komen minstens %(days)s dagen voor sluiten. Verzet het sluitmoment: %(earliest)s of later."
    )


class TenderClosed(Conflict):
    """After closing there are no more answers."""

    message = N_("De inschrijving is gesloten. Antwoorden kan niet meer.")
