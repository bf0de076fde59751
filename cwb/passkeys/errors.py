"""Why a passkey is refused."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class NothingCame(RuleBroken):
    """The browser sent no answer of a passkey (no JavaScript, or an old browser)."""

    message = N_("Uw browser gaf geen passkey. Probeer het opnieuw, of log op een andere manier in.")


class PasskeyRefused(RuleBroken):
    """An answer that does not fit: unknown, removed, another account's, tampered with, or copied."""

    message = N_("Deze passkey past niet bij een account hier. Log op een andere manier in.")


class AskedTooLongAgo(RuleBroken):
    """The question was older than fifteen minutes, another browser's, or answered before."""

    message = N_("Deze vraag is verlopen. Er is niets veranderd. Druk nog eens op de knop.")


class PasskeyThere(RuleBroken):
    """The same passkey again."""

    message = N_("Deze passkey staat er al in.")


class PasskeyUnknown(NotFound):
    """None, or somebody else's."""

    message = N_("Deze passkey is er niet (meer).")


class TooManyPasskeys(RuleBroken):
    """More than anyone needs."""

    message = N_("U heeft al twintig passkeys. Verwijder er eerst een.")


class LastSecondStep(RuleBroken):
    """The only second step of somebody whose role needs one."""

    message = N_("Uw rol heeft een tweede stap nodig. Stel eerst een app of een andere passkey in.")


class StepFirst(Forbidden):
    """Changing how one signs in, without the second step that the account has."""

    message = N_("Doe eerst de tweede stap van het inloggen.")


class NotHere(Conflict):
    """The site is visited by an address on which passkeys do not work."""

    message = N_("Op dit adres werken passkeys niet. Ga naar het gewone adres van deze site.")
