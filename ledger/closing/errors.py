"""Why a period cannot be closed or opened again. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class PeriodNotOver(RuleBroken):
    """A period that is still going on: what happens today must find its place."""

    message = N_("Deze periode is nog niet voorbij. U kunt haar sluiten vanaf %(from)s.")


class PeriodNotWhole(RuleBroken):
    """Only a calendar month, a quarter or a year is closed."""

    message = N_("Kies een hele maand, een kwartaal of een jaar.")


class AlreadyClosed(RuleBroken):
    """A part of the period is closed already."""

    message = N_("Een deel van deze periode is al gesloten. Er is niets veranderd.")


class NotClosed(Conflict):
    """The period was opened again before."""

    message = N_("Deze periode is al heropend. Er is niets veranderd.")


class ReasonTooShort(RuleBroken):
    """Opening again says why, in 10 to 500 characters."""

    message = N_("Schrijf in 10 tot 500 tekens waarom de periode weer open moet.")


class BooksInUse(Conflict):
    """Somebody is posting in these books at this moment."""

    message = N_("Er wordt nu in deze boekhouding geboekt. Probeer het zo opnieuw.")


class CloseUnknown(NotFound):
    """No such closed period in these books."""

    message = N_("Deze gesloten periode bestaat niet.")


class BooksKindUnknown(RuleBroken):
    """Neither statutory books nor a sub-ledger."""

    message = N_("Kies wat deze boekhouding is.")


class SinceInFuture(RuleBroken):
    """What the books are is said from today or an earlier day on."""

    message = N_("Kies vandaag of een eerdere dag.")
