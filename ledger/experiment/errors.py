"""What can be wrong with an experiment."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class ExperimentUnknown(NotFound):
    """No such experiment, or it is not registered."""

    message = N_("Dit onderzoek is er niet.")


class PlanOwn(Forbidden):
    """Who drafted a plan does not register it."""

    message = N_("U schreef dit plan zelf. Een collega legt het vast.")


class AlreadyRegistered(Conflict):
    """A plan is registered once."""

    message = N_("Dit plan ligt al vast.")


class TransfersThere(Conflict):
    """Somebody paid with local currency before the plan was registered."""

    message = N_("Er is al met lokaal geld betaald. Een plan ligt vast vóór de eerste betaling.")


class BegunAlready(RuleBroken):
    """The first wave begins before the plan is registered."""

    message = N_("De eerste ronde is al begonnen. Maak een plan met een later kwartaal.")


class SpreadInvalid(RuleBroken):
    """A spread or likeness that is no part of a whole."""

    message = N_("Vul een getal in boven 0 en tot en met 100 procent.")


class NotRegistered(RuleBroken):
    """Nothing is computed or deviated from before a plan is registered."""

    message = N_("Dit plan ligt nog niet vast.")


class CutNotOver(RuleBroken):
    """A quarter that is not in the plan, or not over yet."""

    message = N_("Dit kwartaal hoort niet bij het plan, of is nog niet voorbij.")


class CutTaken(Conflict):
    """A result of this quarter is there already."""

    message = N_("Van dit kwartaal is er al een uitkomst. Die verandert niet meer.")


class AnalysisChanged(RuleBroken):
    """The code of the analysis is not the registered one, and no deviation says so."""

    message = N_("De rekenregels zijn veranderd sinds het plan. Schrijf eerst op waarom.")


class DeviationInFuture(RuleBroken):
    """A deviation that did not happen yet."""

    message = N_("Kies een dag die voorbij is.")
