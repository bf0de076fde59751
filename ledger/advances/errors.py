"""Why money ahead is not given, collected or written off. Nothing has changed then."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class AdvanceNotFound(NotFound):
    """No such advance."""

    message = N_("Dit voorschot bestaat niet, of u mag het niet zien.")


class ReceiptNotFound(NotFound):
    """No such amount that still goes on to somebody."""

    message = N_("Dit bedrag staat niet meer op de werklijst.")


class AlreadyAdvanced(Conflict):
    """There is money ahead on this invoice or agreement."""

    message = N_("Op deze factuur of dit contract is al voorgeschoten. Twee keer kan niet.")


class AmountInvalid(RuleBroken):
    """Money ahead is more than nothing."""

    message = N_("Vul een bedrag in dat hoger is dan nul.")


class AboveOpen(RuleBroken):
    """More than what will still be paid."""

    message = N_("Er wordt nog hooguit %(open)s betaald. Het voorschot met de kosten past daar niet in.")


class AlreadyPaidOut(Conflict):
    """It was paid out before, or taken back."""

    message = N_("Dit voorschot is al uitbetaald of ingetrokken. Er is niets dubbel geboekt.")


class NotRunning(Conflict):
    """Nothing is owed: not paid out yet, or all repaid."""

    message = N_("Op dit voorschot staat niets open. Er is niets geboekt.")


class AboveOwed(RuleBroken):
    """More than what is owed."""

    message = N_("Er staat nog %(owed)s open. Boek niet meer dan dat.")


class DayInFuture(RuleBroken):
    """A movement that has not happened yet."""

    message = N_("Deze dag ligt in de toekomst. Boek het als het gebeurd is.")


class DayTooEarly(RuleBroken):
    """A movement from before what it follows."""

    message = N_("Deze dag ligt te vroeg: eerst was er %(first)s. Controleer de datum.")


class AlreadyPassedOn(Conflict):
    """The rest went on before."""

    message = N_("Dit bedrag is al doorbetaald. Er is niets dubbel geboekt.")


class NothingToLose(Conflict):
    """Nothing is outstanding that could be written off."""

    message = N_("Er staat niets open om af te boeken.")
