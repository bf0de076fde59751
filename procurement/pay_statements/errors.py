"""What is refused around pay statements."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class StatementNotFound(NotFound):
    """No such statement, or not for this reader."""


class NotYours(Forbidden):
    """The board of a supplier states, the programme looks."""

    message = N_("Het bestuur van de leverancier vult dit in. Het programma controleert.")


class NotIndependent(Forbidden):
    """E3 asks a second person of neither side."""

    message = N_("U hoort bij een van beide partijen, of vulde dit zelf in. Iemand anders controleert.")


class NotSigned(Conflict):
    """First both signatures."""

    message = N_("Het contract geldt nog niet. Daarna kunt u dit invullen.")


class StatementSettled(Conflict):
    """It is looked at once."""

    message = N_("Dit is al gecontroleerd. Er is niets veranderd.")


class StatedBefore(Conflict):
    """The same days again, and the first still waits."""

    message = N_("Er wacht al een verklaring over deze dagen. Er is niets dubbel gedaan.")


class DaysWrong(RuleBroken):
    """A period of the past, within a year."""

    message = N_("Kies een periode van hooguit een jaar, vanaf %(first)s tot en met vandaag.")


class PeopleMissing(RuleBroken):
    """Somebody worked."""

    message = N_("Vul minstens één mens en één uur in.")


class HoursTooMany(RuleBroken):
    """More hours than the days have."""

    message = N_("%(people)s mensen kunnen in %(days)s dagen hooguit %(most)s uren maken.")


class AverageTooLow(RuleBroken):
    """The average lies below the lowest wage: one of both is wrong."""

    message = N_(
        "%(paid)s gedeeld door %(hours)s uren is minder dan het laagste loon. Een van beide klopt niet."
    )


class BelowFloor(RuleBroken):
    """It shows on the tender's page, and the statutory minimum is law: so it is asked once more."""

    message = N_(
        "%(lowest)s is minder dan de ondergrens van %(floor)s. Iedereen ziet dat. Typte u een fout? Verander het "
        "bedrag. Klopt het? Zet dan hier een vinkje."
    )


class NoteMissing(RuleBroken):
    """What was seen."""

    message = N_("Schrijf op wat u zag. Minstens %(least)s tekens.")
