"""What can be wrong with a file, and with the keys that lock files."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class FileEmpty(RuleBroken):
    """Nothing in it."""

    message = N_("Dit bestand is leeg. Er is niets opgeslagen. Kies een ander bestand.")


class FileTooLarge(RuleBroken):
    """One file beyond the limit."""

    message = N_(
        "Dit bestand is groter dan %(most)s MB. Er is niets opgeslagen. Maak het kleiner of splits het."
    )


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


class FileLocked(RuleBroken):
    """It asks for a password."""

    message = N_(
        "Dit bestand is op slot met een wachtwoord. Er is niets opgeslagen. Bewaar het zonder wachtwoord."
    )


class FileBlank(RuleBroken):
    """It opens and shows nothing."""

    message = N_(
        "Dit bestand heeft geen bladzijde. Er is niets opgeslagen. Bewaar het opnieuw en bekijk het eerst."
    )


class SealBroken(RuleBroken):
    """A sealed text was changed or is for another key."""

    message = N_("Dit verzegelde stuk is beschadigd.")


class HouseKeyMissing(RuleBroken):
    """The key file outside the database is not there (restored without its keys folder?)."""

    message = N_("De sleutel %(key)s van deze installatie ontbreekt. Zet de map met sleutels terug.")
