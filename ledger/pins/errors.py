"""Refusals around confirming. Nothing has been paid when one of these is raised."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class PinMissing(RuleBroken):
    """A payment of this size is confirmed, and was not."""

    message = N_("Typ uw pincode. Er is nog niets betaald.")


class PinNotSet(RuleBroken):
    """A payment of this size is confirmed, and this person chose no PIN."""

    message = N_("Voor dit bedrag hebt u een pincode nodig. Er is nog niets betaald.")


class PinWrong(RuleBroken):
    """Other digits than were chosen."""

    message = N_("Deze pincode klopt niet. U kunt het nog %(left)s keer proberen. Er is niets betaald.")


class PinLocked(RuleBroken):
    """Five times wrong."""

    message = N_(
        "Uw pincode is vijf keer fout getypt en werkt niet meer. Bel het programma of ga langs. Er is niets betaald."
    )


class PinBad(RuleBroken):
    """Not five digits."""

    message = N_("Kies vijf cijfers.")


class PinEasy(RuleBroken):
    """Digits that anybody guesses first."""

    message = N_("Deze cijfers raadt iedereen. Kies andere.")


class PinsDiffer(RuleBroken):
    """The second time was otherwise."""

    message = N_("Dit zijn twee verschillende pincodes. Typ twee keer dezelfde.")


class SignInAgain(RuleBroken):
    """A first PIN is chosen soon after signing in: who finds an open phone chooses none."""

    message = N_("U logde te lang geleden in. Log uit, log opnieuw in en kies dan een pincode.")


class OldPinNeeded(RuleBroken):
    """A PIN is changed by who knows it."""

    message = N_("Typ eerst uw oude pincode. Weet u hem niet meer? Bel het programma of ga langs.")
