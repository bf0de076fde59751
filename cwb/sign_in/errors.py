"""Why somebody is not let in. The texts never tell whether an account exists."""

from cwb.kernel.errors import RuleBroken, TooOften
from cwb.kernel.text import N_


class SignInFailed(RuleBroken):
    """Address and password do not fit together, or there is no such account: the same words for both."""

    message = N_("E-mailadres of wachtwoord klopt niet. Probeer het opnieuw, of laat u een code mailen.")


class CodeWrong(RuleBroken):
    """Not the code of this browser's last letter; or too old, used, or guessed at five times.

    One text for all, so that it does not tell whether a letter was sent at all.
    """

    message = N_(
        "Deze code klopt niet, of werkt niet meer. Kijk in de laatste mail, of vraag een nieuwe code."
    )


class LinkExpired(RuleBroken):
    """The link is older than fifteen minutes, or was used."""

    message = N_("Deze link werkt niet meer. Vraag een nieuwe mail.")


class PasswordWrong(RuleBroken):
    """The present password, asked again before a change."""

    message = N_("Uw huidige wachtwoord klopt niet.")


class TooManyAttempts(TooOften):
    """The limit of tries in a quarter of an hour."""

    message = N_("U probeerde het te vaak. Wacht een kwartier. Er is niets veranderd.")


class PasswordsDiffer(RuleBroken):
    """Typed differently the second time."""

    message = N_("De wachtwoorden zijn niet gelijk. Typ ze opnieuw.")
