"""What own purchasing bands refuse."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class BandNotFound(NotFound):
    """No such band of this organisation."""

    message = N_("Deze grens bestaat niet meer.")


class BandAmountInvalid(RuleBroken):
    """An amount is not more than nothing."""

    message = N_("Vul een bedrag van meer dan nul in.")


class BandsReversed(RuleBroken):
    """Inviting several ends below asking one."""

    message = N_("Meerdere uitnodigen gaat tot een hoger bedrag dan één vragen.")


class BandSourceMissing(RuleBroken):
    """Nobody can find where the amounts stand."""

    message = N_("Schrijf waar dit staat, bijvoorbeeld: inkoopbeleid 2026, blz. 12.")


class BandDayInvalid(RuleBroken):
    """A first day far away is a slip of the pen."""

    message = N_("Kies een dag tussen %(first)s en %(last)s.")


class BandTwice(RuleBroken):
    """Bands of this kind from this day on were confirmed already."""

    message = N_("Vanaf deze dag gelden al bevestigde grenzen. Kies een andere dag.")


class BandBySamePerson(Forbidden):
    """Who entered it does not confirm it."""

    message = N_("U vulde deze grenzen zelf in. Een collega moet ze bevestigen.")


class BandSettled(Conflict):
    """It was confirmed already."""

    message = N_("Deze grenzen zijn al bevestigd. Ze blijven staan. Vul nieuwe grenzen in.")
