"""What ending an instrument refuses. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class PlanUnknown(NotFound):
    """No plan."""

    message = N_("Er is geen plan om te stoppen.")


class PlanThere(Conflict):
    """One plan at a time."""

    message = N_("Er is al een plan om te stoppen. Er is niets veranderd.")


class NotBackedHere(RuleBroken):
    """Without euros against it there is nothing to pay out."""

    message = N_("Tegenover dit geld staan geen euro’s. Zo kan het niet stoppen.")


class EndTooSoon(RuleBroken):
    """Holders need time."""

    message = N_("Kies een laatste dag vanaf %(first)s. Iedereen heeft dan de tijd.")


class SecondAgrees(RuleBroken):
    """Who planned it does not agree to it."""

    message = N_("U schreef dit plan zelf. Een ander stemt ermee in.")


class StepWrong(Conflict):
    """Not the step that comes now."""

    message = N_("Deze stap is al gedaan, of nog niet aan de beurt. Er is niets dubbel gedaan.")


class NotYet(RuleBroken):
    """The last day has not passed."""

    message = N_("Houders kunnen nog tot en met %(last)s zelf terugvragen. Daarna begint dit.")


class RefundsWaiting(RuleBroken):
    """Refunds and lapsed credit come first."""

    message = N_("Er wachten nog verzoeken om euro’s of vervallen tegoeden. Betaal die eerst.")


class PaperOut(RuleBroken):
    """Money on paper belongs to whoever holds it: it comes back to wallets first."""

    message = N_("Er staat nog geld op papier. Trek de vellen in, of wacht tot zij verlopen zijn.")


class BackingOld(RuleBroken):
    """No count of this week, or one that fell short."""

    message = N_("Tel eerst de dekking, op zijn vroegst een week geleden, en vul aan wat ontbreekt.")


class ShownOld(Conflict):
    """Holdings changed since the page was shown."""

    message = N_("De saldo’s zijn veranderd. Bekijk het overzicht opnieuw. Er is niets gedaan.")
