"""Refusals around appreciation credits. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class HoursUnknown(NotFound):
    """No such task, hours, offer or place, or not the reader's."""

    message = N_("Dit is er niet, of het is niet van u.")


class NotReady(RuleBroken):
    """Who takes part has not said yes to both statements."""

    message = N_("Zet bij beide regels een vinkje. Anders kunt u niet meedoen.")


class NotBegun(RuleBroken):
    """The resident takes no part yet."""

    message = N_("U doet nog niet mee. Lees eerst de waarschuwing.")


class PlaceThere(Conflict):
    """The organisation was recognised before."""

    message = N_("Deze organisatie doet al mee. Er is niets veranderd.")


class PlaceUnknown(RuleBroken):
    """No organisation has this KvK number."""

    message = N_("Geen organisatie hier heeft dit KvK-nummer.")


class PlaceUseless(RuleBroken):
    """The place would neither give nor take."""

    message = N_("Kies minstens één: uren geven of punten aannemen.")


class PeriodBackwards(RuleBroken):
    """A budget ends before it begins."""

    message = N_("De laatste dag ligt voor de eerste.")


class NotInQuarters(RuleBroken):
    """Hours are counted in quarters, up to eight a day."""

    message = N_("Schrijf kwartieren, van 0,25 tot en met 8 uur.")


class DayOutside(RuleBroken):
    """The day lies ahead, too long ago, or outside the budget of the task."""

    message = N_("Deze dag past niet. Kies een dag uit de laatste 60 dagen, binnen de klus.")


class TaskClosed(RuleBroken):
    """The task takes no more hours."""

    message = N_("Deze klus is voorbij.")


class PaidWork(RuleBroken):
    """Hours are thanked for when nobody pays them."""

    message = N_("Voor betaald werk zijn er geen punten. Er is niets bewaard.")


class OwnHours(RuleBroken):
    """Who worked does not confirm."""

    message = N_("Dit zijn uw eigen uren. Een ander bevestigt ze.")


class AnotherConfirms(RuleBroken):
    """Above the limit two people confirm."""

    message = N_("U bevestigde deze uren al. Boven vier uur kijkt een ander mee.")


class HoursDone(Conflict):
    """The hours were confirmed or refused."""

    message = N_("Over deze uren is al beslist. Er is niets veranderd.")


class BudgetEmpty(RuleBroken):
    """The budget of the host has not enough left."""

    message = N_("Het budget is op. Er is %(left)s over. Er is niets gegeven.")


class TaskFull(RuleBroken):
    """The task offers fewer hours."""

    message = N_("Voor deze klus zijn nog %(left)s uur over. Er is niets gegeven.")


class MonthFull(RuleBroken):
    """The most of a month is reached."""

    message = N_("Deze maand kan er nog %(left)s bij. Er is niets gegeven.")


class YearFull(RuleBroken):
    """The most of a year is reached."""

    message = N_("Dit jaar kan er nog %(left)s bij. Er is niets gegeven.")


class OldPractice(RuleBroken):
    """Begun in the simulation, after the credits became real."""

    message = N_("De simulatie is voorbij. Begin opnieuw om mee te doen.")
