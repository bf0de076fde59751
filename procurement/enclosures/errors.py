"""What can go wrong with files and statements of a bid."""

from cwb.kernel.errors import Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class FileNotHere(NotFound):
    """No such file, or not for this reader: the answer is the same."""


class FileEmpty(RuleBroken):
    """Nothing in it."""

    message = N_("Dit bestand is leeg. Er is niets opgeslagen. Kies een ander bestand.")


class FileTooLarge(RuleBroken):
    """One file beyond the limit."""

    message = N_(
        "Dit bestand is groter dan %(most)s MB. Er is niets opgeslagen. Maak het kleiner of splits het."
    )


class FilesTooLarge(RuleBroken):
    """All files of a bid together beyond the limit."""

    message = N_(
        "Uw bijlagen zijn samen meer dan %(most)s MB. Deze is niet opgeslagen. Haal eerst een andere weg."
    )


class TooManyFiles(RuleBroken):
    """More files than anybody reads."""

    message = N_("U hebt al %(most)s bijlagen. Deze is niet opgeslagen. Haal eerst een andere weg.")


class FileKindRefused(RuleBroken):
    """A kind of file that is not taken."""

    message = N_(
        "Dit soort bestand nemen wij niet aan. Er is niets opgeslagen. Kies PDF, PNG, JPEG, Word, Excel of tekst."
    )


class FileDisguised(RuleBroken):
    """The inside is not what the name says."""

    message = N_(
        "De inhoud past niet bij de naam “%(name)s”. Er is niets opgeslagen. Bewaar het bestand opnieuw als %(kind)s."
    )


class FileActive(RuleBroken):
    """Macros, scripts or programs inside."""

    message = N_(
        "In dit bestand zit een programma of macro. Er is niets opgeslagen. Bewaar het zonder macro's."
    )


class FileBomb(RuleBroken):
    """Unpacks to far more than it is."""

    message = N_("Dit bestand pakt uit tot iets veel te groots. Er is niets opgeslagen. Maak het opnieuw.")


class FileBroken(RuleBroken):
    """It cannot be read whole."""

    message = N_(
        "Dit bestand is beschadigd. Er is niets opgeslagen. Bewaar het opnieuw en probeer het nog eens."
    )


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
