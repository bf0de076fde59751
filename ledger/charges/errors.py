"""Refusals around charges. Nothing has been taken when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class RunUnknown(NotFound):
    """No such run."""

    message = N_("Deze inhouding is er niet.")


class NothingDue(RuleBroken):
    """The conditions of the period ask nothing, or nobody holds anything they ask for."""

    message = N_("Er is nu niets in te houden. Er is niets veranderd.")


class AlreadyRun(Conflict):
    """The period was carried out."""

    message = N_("Over deze periode is al ingehouden. Er is niets veranderd.")


class PreviewOld(Conflict):
    """Something was paid since the preview."""

    message = N_("Er is intussen betaald. Bekijk de bedragen opnieuw. Er is niets ingehouden.")


class AlreadyReversed(Conflict):
    """It was given back."""

    message = N_("Dit is al teruggegeven. Er is niets veranderd.")


class PaidBack(Conflict):
    """Its euros were paid to the holders."""

    message = N_("De euro’s zijn al uitbetaald. Er is niets veranderd.")


class NoEuros(RuleBroken):
    """Only what lapsed is owed in euros."""

    message = N_("Hier zijn geen euro’s bij uit te betalen. Er is niets veranderd.")


class SimulationOver(RuleBroken):
    """A run of the simulation, after the instrument became real."""

    message = N_("De simulatie is voorbij. Er is niets veranderd.")
