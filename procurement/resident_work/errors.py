"""What is refused around reports of hours and jobs."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class ReportNotFound(NotFound):
    """No such report, or a contract of others: the answer is the same."""


class NotYours(Forbidden):
    """The supplier reports, the buyer verifies."""

    message = N_("De leverancier meldt. De inkoper van de koper controleert.")


class OwnReport(Forbidden):
    """Who reported never verifies."""

    message = N_("U meldde dit zelf. Iemand anders controleert het.")


class NotSigned(Conflict):
    """First both signatures."""

    message = N_("Het contract geldt nog niet. Daarna kunt u melden.")


class Judged(Conflict):
    """A report is verified or doubted once; a correction is a new one."""

    message = N_(
        "Deze melding is al beoordeeld. Er is niets veranderd. Een verbetering komt als nieuwe melding."
    )


class Replaced(Conflict):
    """A newer report stands in its place."""

    message = N_("Deze melding is al verbeterd. Er is niets bewaard. Lees de nieuwe melding.")


class PeriodTaken(Conflict):
    """Hours count once."""

    message = N_("Over een deel van deze dagen is al gemeld. Er is niets bewaard. Verbeter die melding.")


class PeriodWrong(RuleBroken):
    """A period of the past, within a year, of the contract."""

    message = N_("Kies een periode van hooguit een jaar, vanaf %(first)s tot en met vandaag.")


class Negative(RuleBroken):
    """Counts begin at nought."""

    message = N_("Een aantal is nul of meer.")


class MoreThanWhole(RuleBroken):
    """A part is never more than its whole."""

    message = N_("Dit is meer dan het geheel waar het bij hoort. Vul hooguit %(most)s in.")


class PeopleAndHours(RuleBroken):
    """Hours are made by people."""

    message = N_("Vul bij uren ook mensen in, en bij mensen ook uren.")


class HoursImpossible(RuleBroken):
    """More hours than the days have."""

    message = N_("%(people)s mensen kunnen in %(days)s dagen hooguit %(most)s uren maken.")


class HoursUnlikely(RuleBroken):
    """More than full-time: it can be, and whoever reports says so."""

    message = N_(
        "%(people)s mensen die voltijd werken, maken in %(days)s dagen ongeveer %(usual)s uren. U vult %(hours)s in. "
        "Klopt dat? Zet dan het vinkje."
    )


class ReasonTooShort(RuleBroken):
    """Doubt says why; a correction says what was wrong."""

    message = N_("Schrijf op waarom. Minstens %(least)s tekens.")
