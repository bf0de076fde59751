"""What can go wrong around an evaluation."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class EvaluationNotFound(NotFound):
    """No such tender, bid or panel member, or of another buyer: the answer is the same."""


class PointsOutside(RuleBroken):
    """Points run from nothing to the published maximum."""

    message = N_("Geef 0 tot en met %(most)s punten, met hooguit twee cijfers achter de komma.")


class PointsMissing(RuleBroken):
    """A note without points."""

    message = N_("Geef ook punten.")


class NoteMissing(RuleBroken):
    """Every score has its reason."""

    message = N_("Schrijf waarom u deze punten geeft. De inschrijver leest het eindoordeel.")


class NothingTyped(RuleBroken):
    """An empty form."""

    message = N_("Vul minstens één score in.")


class BidOut(Conflict):
    """A disqualified or damaged bid is not scored."""

    message = N_("Deze inschrijving doet niet meer mee. Zij krijgt geen punten.")


class NotChair(Forbidden):
    """The chair writes down what the panel agreed."""

    message = N_("Alleen de voorzitter van het team doet dit.")


class ScoringRuns(Conflict):
    """First everyone alone, then together."""

    message = N_("Nog niet iedereen is klaar met beoordelen. Het gezamenlijke oordeel komt daarna.")


class OwnScoresFixed(Conflict):
    """Who has seen the points of others no longer changes the own ones."""

    message = N_(
        "Uw eigen punten staan vast sinds %(begun_at)s. Toen begon het gezamenlijke gesprek. "
        "De voorzitter legt vast wat u samen vindt."
    )


class RoundNotBegun(Conflict):
    """The chair begins the joint round first."""

    message = N_("Het gezamenlijke gesprek is nog niet begonnen. De voorzitter begint het.")


class ConsensusMissing(RuleBroken):
    """Freezing needs a whole table."""

    message = N_("Er ontbreken nog %(number)s gezamenlijke scores. Vul die eerst in.")


class NothingToRank(RuleBroken):
    """Without a valid bid there is no ranking."""

    message = N_("Er is geen geldige inschrijving. Verklaar de aanbesteding mislukt.")


class NoTie(Conflict):
    """There is nothing to break, or it was done."""

    message = N_("Er is geen gelijke stand meer om over te beslissen. Er is niets veranderd.")


class TieBreakOther(RuleBroken):
    """The published rule points at another bid."""

    message = N_("De gepubliceerde regel wijst een andere inschrijving aan: %(labels)s.")


class StatementsUndecided(RuleBroken):
    """A bidder told of a ground for exclusion, and nobody decided about it."""

    message = N_(
        "Over %(count)s verklaringen is nog niet beslist. Vraag een inkoper buiten het team om te beslissen. "
        "De scores zijn bewaard."
    )
