"""What dividing a shortage refuses. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class ShortageUnknown(NotFound):
    """None."""

    message = N_("Er is geen tekort verdeeld.")


class RequestsFirst(RuleBroken):
    """Who asked euros back before is paid before a shortage is divided; what is on paper comes back first."""

    message = N_("Betaal eerst de verzoeken om euro’s die wachten. Trek ook bonnen op papier in. Tel daarna.")


class MoreThanThere(RuleBroken):
    """A shortage is above nothing, and no more than all that is out."""

    message = N_("Vul een bedrag in van meer dan nul, en niet meer dan er is uitgegeven.")


class NothingShort(RuleBroken):
    """The last count was whole."""

    message = N_("Bij de laatste telling was er genoeg. Er valt niets te verdelen.")


class NotEnding(RuleBroken):
    """A shortage is made up for, unless the instrument ends."""

    message = N_("Vul een tekort aan. Verdelen kan alleen als dit geld stopt, na de laatste dag.")


class CountOld(RuleBroken):
    """What is out changed since the count, or it is more than a week old."""

    message = N_("Tel eerst de dekking opnieuw. Sinds de laatste telling is er iets veranderd.")


class ShortageWaits(Conflict):
    """One at a time."""

    message = N_("Er wacht al een verdeling op een tweede.")


class OtherDivides(RuleBroken):
    """Who wrote it down does not confirm it."""

    message = N_("U schreef dit tekort zelf op. Een ander verdeelt het.")


class ShortageDecided(Conflict):
    """It was divided or withdrawn."""

    message = N_("Dit tekort is al verdeeld of ingetrokken. Er is niets veranderd.")
