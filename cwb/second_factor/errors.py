"""Why a second step is refused."""

from cwb.kernel.errors import Conflict, Forbidden, RuleBroken
from cwb.kernel.text import N_


class FactorCodeWrong(RuleBroken):
    """Not the code of this moment, or one that was used already."""

    message = N_("Deze code klopt niet. Wacht op de volgende code in uw app en typ die.")


class RecoveryCodeWrong(RuleBroken):
    """Not one of the codes that are left."""

    message = N_("Deze herstelcode klopt niet, of is al gebruikt.")


class FactorNotStarted(Conflict):
    """Confirming before beginning (an old tab)."""

    message = N_("Begin eerst met instellen. Er is niets veranderd.")


class FactorSetAlready(Conflict):
    """Beginning again while one is set (an old tab)."""

    message = N_("Uw tweede stap staat al aan. Er is niets veranderd.")


class FactorFirst(Forbidden):
    """Something that only a session with the second step may do."""

    message = N_("Doe eerst de tweede stap van het inloggen.")


class FactorNeeded(RuleBroken):
    """A role held needs it."""

    message = N_("Uw rol heeft de tweede stap nodig. U kunt hem wel vernieuwen.")


class SecretUnreadable(Conflict):
    """Locked with a key that is no longer here."""

    message = N_("Wij kunnen uw tweede stap niet meer lezen. Bel de beheerder van deze site.")
