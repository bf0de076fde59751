"""Why obligations cannot be set off."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class ObligationsUnreadable(RuleBroken):
    """A file of obligations or credit lines that cannot be read; names the faults by line."""

    message = N_("%(file)s is niet te lezen: %(faults)s")


class ObligationsRefused(RuleBroken):
    """A readable file with obligations that cannot exist: to oneself, or of nothing or less."""

    message = N_("%(file)s is geweigerd: %(faults)s")


class TooMuchTogether(RuleBroken):
    """More in all than can be added up exactly in whole cents."""

    message = N_("Deze bedragen zijn samen te groot om op de cent te verrekenen.")


class SolverGaveUp(RuleBroken):
    """The solver did not find an answer."""

    message = N_("De verrekening is niet gelukt (%(status)s). Er is niets veranderd.")


class AnswerWrong(RuleBroken):
    """The answer of the solver does not pass our own check."""

    message = N_("De verrekening klopt niet: %(why)s. Er is niets veranderd.")
