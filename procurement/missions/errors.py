"""What a statement for reserved services refuses."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class MissionNotFound(NotFound):
    """No such statement, or not for this reader."""

    message = N_("Deze verklaring bestaat niet meer.")


class TextTooShort(RuleBroken):
    """Nobody can judge it."""

    message = N_("Schrijf minstens %(least)s tekens.")


class DayInvalid(RuleBroken):
    """It ends in the past, or counts too long."""

    message = N_("Kies een dag na vandaag, tot en met %(last)s.")


class NotMet(RuleBroken):
    """An answer that closes these contracts: kept out, so that nobody bids in vain."""

    message = N_(
        "Dan kunt u hier niet meedoen. Er is niets bewaard. Andere opdrachten staan wel voor u open."
    )


class MissionSettled(Conflict):
    """Checked or withdrawn."""

    message = N_("Deze verklaring is al afgehandeld. Er is niets veranderd.")


class CheckedBySelf(Forbidden):
    """Nobody checks what is their own, or whom they coach."""

    message = N_("U vulde dit zelf in of begeleidt deze organisatie. Vraag een collega.")


class NoteMissing(RuleBroken):
    """What was seen."""

    message = N_("Schrijf wat u zag, of wat niet klopt.")
