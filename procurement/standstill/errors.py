"""What stands between the letters and the definitive award."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class SummonsNotFound(NotFound):
    """No such summons for this tender."""


class NotSent(Conflict):
    """There is no decision that was sent."""

    message = N_("Er is geen verstuurd besluit. Er is niets veranderd.")


class StandstillRuns(RuleBroken):
    """Signing waits (Aanbestedingswet 2.127)."""

    message = N_("De opschortende termijn loopt tot %(until)s. Daarna kan de gunning definitief worden.")


class SummonsPending(RuleBroken):
    """A judge looks at it."""

    message = N_("Er loopt een kort geding. Leg eerst het vonnis vast.")


class JudgeForbids(RuleBroken):
    """The judgment went against the decision."""

    message = N_("De rechter liet dit besluit niet toe. Trek het besluit in.")


class ProofOpen(RuleBroken):
    """The winner was asked for papers that are not settled."""

    message = N_("Het bewijs van de winnaar is nog niet rond. Kijk wat er open staat en beslis daarover.")


class AlreadyEnded(Conflict):
    """Definitive or withdrawn: done once."""

    message = N_("Dit besluit is al definitief of ingetrokken. Er is niets veranderd.")


class ServedOutside(RuleBroken):
    """A summons counts when it was served from the sending to the last day."""

    message = N_("Een dagvaarding telt van %(first)s tot en met %(last)s.")


class ReferenceMissing(RuleBroken):
    """Which case."""

    message = N_("Vul het zaaknummer of de naam van de zaak in.")


class JudgmentMissing(RuleBroken):
    """What the judge said."""

    message = N_("Schrijf kort wat de rechter besliste.")


class JudgedBefore(Conflict):
    """A judgment is written down once."""

    message = N_("Het vonnis is al vastgelegd. Er is niets veranderd.")


class StandstillOver(Conflict):
    """It ended: the award may be definitive any moment."""

    message = N_("De wachttijd is voorbij. Verlengen kan niet meer. Er is niets veranderd.")


class LotNotWaiting(RuleBroken):
    """Definitive, stopped, or of another tender."""

    message = N_("Kies een perceel waarvan de gunning nog niet definitief is.")


class LotsOfTwoDecisions(RuleBroken):
    """An act is about one decision."""

    message = N_("Deze percelen staan in twee besluiten. Kies ze apart.")


class LotsMissing(RuleBroken):
    """A definitive decision is not taken back whole."""

    message = N_("Kies van welke percelen u de gunning intrekt.")


class NothingDefinitive(RuleBroken):
    """Then there is nothing to spare."""

    message = N_("Nog geen perceel is definitief. Trek het hele besluit in.")


class DecisionWaits(RuleBroken):
    """The one that is being written would not name these lots."""

    message = N_("Er ligt een besluit klaar dat nog niet is verstuurd. Verstuur dat, of trek het eerst in.")


class NotLater(RuleBroken):
    """A standstill is never shortened."""

    message = N_("Kies een dag na de laatste dag van nu. Korter kan nooit.")


class ExtensionReasonMissing(RuleBroken):
    """Bidders read why they wait."""

    message = N_("Schrijf waarom u langer wacht. Alle inschrijvers lezen het.")
