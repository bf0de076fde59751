"""What a division into lots refuses."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class LotNotFound(NotFound):
    """No such lot in this tender."""

    message = N_("Dit perceel bestaat niet.")


class LotStopped(Conflict):
    """Nothing is handed in on a lot that was stopped."""

    message = N_("Dit perceel is gestopt. Uw stuk is niet verstuurd. De andere percelen gaan door.")


class LotNotRunning(Conflict):
    """What was asked about a bid on this lot ended with it."""

    message = N_("Dit perceel is gestopt. U hoeft hier niets meer te doen. Er is niets veranderd.")


class LotTitleMissing(RuleBroken):
    """A lot has a title of its own."""

    message = N_("Geef het perceel een titel.")


class LotTwice(RuleBroken):
    """Two lots of one title."""

    message = N_("Twee percelen heten hetzelfde: %(title)s.")


class LotValueInvalid(RuleBroken):
    """The estimate of a lot is more than nothing."""

    message = N_("De waarde van een perceel moet meer dan nul euro zijn.")


class LotTakesAll(RuleBroken):
    """A lot split off is less than the whole: the first lot keeps the rest."""

    message = N_(
        "De hele opdracht is %(value)s. Dit perceel laat niets over voor perceel 1. "
        "Kies een lager bedrag, of verhoog eerst de waarde van de opdracht."
    )


class LotsNotAddingUp(RuleBroken):
    """The lots together are the tender: their values add up to its estimate."""

    message = N_(
        "De percelen zijn samen %(sum)s. De hele opdracht is %(value)s. Dat scheelt %(gap)s. "
        "Pas een perceel aan, of de waarde van de opdracht."
    )


class TooManyLots(RuleBroken):
    """More lots than one tender holds."""

    message = N_("Een aanbesteding heeft hooguit %(most)s percelen.")


class LimitInvalid(RuleBroken):
    """A limit per bidder lies between one and the number of lots, and one cannot win more than one bids on."""

    message = N_("Kies een grens van 1 tot en met %(most)s, of laat leeg.")


class FirstLotLeads(RuleBroken):
    """The criteria of lot 1 are those of the step itself; the others follow it."""

    message = N_("Perceel 1 volgt de stap Beoordeling. Wijzig de criteria daar.")


class OutsideNotEuropean(RuleBroken):
    """The exception for small lots needs a European procedure over several lots."""

    message = N_("Deze uitzondering geldt alleen bij een Europese procedure met percelen.")


class OutsideTooLarge(RuleBroken):
    """A lot that is not small goes outside."""

    message = N_("Perceel “%(title)s” is te groot. Alleen onder %(below)s mag een perceel erbuiten.")


class OutsideTooMuch(RuleBroken):
    """The lots outside are more than their share of the whole."""

    message = N_(
        "De percelen erbuiten zijn samen %(together)s. Hooguit %(room)s mag: %(share)s procent van het geheel."
    )
