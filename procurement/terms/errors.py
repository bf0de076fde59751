"""What can be wrong with extensions."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class TimesWrong(RuleBroken):
    """How often."""

    message = N_("Kies 0 tot en met %(most)s keer.")


class MonthsWrong(RuleBroken):
    """How long each time."""

    message = N_("Kies 1 tot en met %(most)s maanden per keer.")


class NoticeWrong(RuleBroken):
    """How long before the end a buyer must say so."""

    message = N_("Kies 0 tot en met %(most)s dagen.")
