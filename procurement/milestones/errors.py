"""What can go wrong around a milestone."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class MilestoneNotFound(NotFound):
    """No such milestone, or a contract of others: the answer is the same."""


class NotYours(Forbidden):
    """The supplier reports, the buyer verifies."""

    message = N_("De leverancier meldt. De inkoper van de koper controleert.")


class OwnReport(Forbidden):
    """Who reported never verifies."""

    message = N_("U meldde dit zelf. Iemand anders controleert het.")


class NotSigned(Conflict):
    """First both signatures."""

    message = N_("Het contract geldt nog niet. Daarna kunt u melden.")


class AlreadyMet(Conflict):
    """What is met stays met."""

    message = N_("Deze belofte is al gehaald. Er is niets veranderd.")


class ReportWaits(Conflict):
    """One report at a time."""

    message = N_("Er wacht al een melding op controle. Er is niets dubbel gedaan.")


class NothingReported(Conflict):
    """Before its day a milestone without report cannot be judged."""

    message = N_("Er is nog niets gemeld, en de dag is nog niet voorbij.")


class OtherReport(Conflict):
    """What was read is not what there is."""

    message = N_("Er kwam intussen een andere melding. Er is niets beoordeeld. Lees haar eerst.")


class OutcomeNeedsReport(RuleBroken):
    """Without a report it can only be not met."""

    message = N_("Er is niets gemeld. Dan kan de uitkomst alleen “niet gehaald” zijn.")


class FileUnfit(RuleBroken):
    """PDF, JPEG or PNG, two megabytes at most."""

    message = N_("Kies een PDF, JPEG of PNG van hooguit %(most)s MB.")
