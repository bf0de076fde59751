"""What ending mutual credit refuses. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class UnwindingUnknown(NotFound):
    """No plan, or no such loss in it."""

    message = N_("Er is geen plan om met dit krediet te stoppen.")


class UnwindingThere(Conflict):
    """One plan at a time."""

    message = N_("Er is al een plan om te stoppen. Er is niets veranderd.")


class NotMutualHere(RuleBroken):
    """Money with euros against it ends otherwise."""

    message = N_("Tegenover dit geld staan euro’s. Het stopt op een andere manier.")


class LastDayTooSoon(RuleBroken):
    """Members need time."""

    message = N_("Kies een laatste dag vanaf %(first)s. Leden hebben dan de tijd.")


class MonthsWrong(RuleBroken):
    """How many instalments."""

    message = N_("Kies 1 tot en met %(most)s maanden.")


class OtherAgrees(RuleBroken):
    """Who wrote it does not confirm it."""

    message = N_("U schreef dit zelf op. Een ander stemt ermee in.")


class NotThisStep(Conflict):
    """Not the step that comes now."""

    message = N_("Deze stap is al gedaan, of nog niet aan de beurt. Er is niets dubbel gedaan.")


class LastDayFirst(RuleBroken):
    """The last day has not passed."""

    message = N_("Leden kunnen nog tot en met %(last)s bij elkaar kopen. Daarna begint dit.")


class StillReserved(RuleBroken):
    """A payment or a loss waits."""

    message = N_("Er wacht nog een betaling of een verlies. Rond dat eerst af.")


class FiguresMoved(Conflict):
    """What was shown is no longer so."""

    message = N_("De bedragen zijn veranderd. Bekijk het overzicht opnieuw. Er is niets gedaan.")


class PartTooMuch(RuleBroken):
    """More than a member still owes, or nothing."""

    message = N_("Dit lid moet nog %(open)s betalen. Vul een bedrag tot en met dat in.")


class ReferenceUsed(Conflict):
    """A line of the bank's statement is one payment."""

    message = N_("Dit kenmerk staat al bij een ander lid. Er is niets geboekt.")


class NotInPlan(RuleBroken):
    """This wallet owes nothing here."""

    message = N_("Deze portemonnee moet niets betalen.")


class NothingToPay(RuleBroken):
    """Nothing came in since."""

    message = N_("Er is niets binnengekomen om uit te betalen.")


class LossWaitsHere(Conflict):
    """Of one member one loss at a time."""

    message = N_("Voor dit lid wacht al een verlies op een tweede.")


class LossDecided(Conflict):
    """It was confirmed or withdrawn."""

    message = N_("Dit verlies is al geboekt of ingetrokken. Er is niets veranderd.")


class StillOpen(RuleBroken):
    """Someone owes or is owed."""

    message = N_("Er staat nog iets open. Pas als alles betaald of verlies is, kan dit klaar zijn.")
