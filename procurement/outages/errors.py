"""What noting an outage refuses."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class OutageReasonMissing(RuleBroken):
    """What happened."""

    message = N_("Schrijf wat er gebeurde. Iedereen die inschrijft, leest dit.")


class OutageOrder(RuleBroken):
    """It began, it ended, and only then it is noted."""

    message = N_("De storing eindigt na haar begin, en niet in de toekomst.")


class OutageTooOld(RuleBroken):
    """Long ago: deadlines of then have been opened."""

    message = N_("Noteer een storing binnen %(days)s dagen. Later helpt uitstel niemand meer.")


class OutageAlreadyNoted(Conflict):
    """One that overlaps was noted before."""

    message = N_("Over deze tijd is al een storing genoteerd. Er is niets verschoven.")
