"""Why another e-mail address is refused, or cannot be undone."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class EmailSame(RuleBroken):
    """The address the account has."""

    message = N_("Dit is al uw e-mailadres. Typ een ander adres.")


class EmailTakenMeanwhile(RuleBroken):
    """Somebody made an account with the new address after the code was sent. Its owner is who reads this."""

    message = N_("Met dit adres is intussen een account gemaakt. Uw oude adres is gebleven. Bel ons.")


class OtherAccount(RuleBroken):
    """The code or link was asked for by another account."""

    message = N_("Deze mail is van een ander account. Log eerst in met dat account.")


class UndoGone(NotFound):
    """No change waits behind this link: too old, used, or never there."""

    message = N_("Deze link werkt niet meer. Klopt uw e-mailadres niet? Bel ons.")


class OldAddressTaken(RuleBroken):
    """The old address has an account of its own now."""

    message = N_("Uw oude adres heeft nu zelf een account. Er is niets veranderd. Bel ons.")
