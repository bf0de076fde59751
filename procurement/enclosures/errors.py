"""What can go wrong with files and statements of a bid."""

from cwb.kernel.errors import Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class FileNotHere(NotFound):
    """No such file, or not for this reader: the answer is the same."""


class FilesTooLarge(RuleBroken):
    """All files of a bid together beyond the limit."""

    message = N_(
        "Uw bijlagen zijn samen meer dan %(most)s MB. Deze is niet opgeslagen. Haal eerst een andere weg."
    )


class TooManyFiles(RuleBroken):
    """More files than anybody reads."""

    message = N_("U hebt al %(most)s bijlagen. Deze is niet opgeslagen. Haal eerst een andere weg.")


class FileSame(RuleBroken):
    """The very same content is there already."""

    message = N_("Dit bestand zit er al bij. Er is niets dubbel opgeslagen.")


class QuestionTakesNoFiles(RuleBroken):
    """The buyer allows no files there."""

    message = N_("Bij deze vraag mag geen bijlage. Er is niets opgeslagen.")


class StatementsMissing(RuleBroken):
    """The profile lacks answers that count."""

    message = N_("Uw profiel mist nog antwoorden. Vul die eerst in. Er is niets overgenomen.")


class NotForPanel(Forbidden):
    """Who assesses without names does not see who states what."""


class NothingToDecide(RuleBroken):
    """Before the opening, after the freeze, or decided before."""

    message = N_("Over deze inschrijving valt nu niets te beslissen. Er is niets veranderd.")


class DecisionReasonMissing(RuleBroken):
    """A decision on a ground has reasons."""

    message = N_("Schrijf waarom. Weeg de ernst, wat de inschrijver deed en of uitsluiten in verhouding is.")
