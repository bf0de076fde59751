"""Why the scheme cannot begin, end or go on. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class KorRuns(Conflict):
    """The scheme is in use already."""

    message = N_("De kleineondernemersregeling loopt al. Er is niets veranderd.")


class KorDoesNotRun(Conflict):
    """There is nothing to end."""

    message = N_("De kleineondernemersregeling loopt niet. Er is niets veranderd.")


class KorDaysWrong(RuleBroken):
    """It begins on or after its last end, and ends on or after the day it began."""

    message = N_("Deze dag past niet bij de vorige. Kies een latere dag.")


class KorAboveLimit(RuleBroken):
    """The turnover of the year is above the limit before the scheme begins."""

    message = N_(
        "Uw omzet in %(year)s is al hoger dan %(limit)s. De regeling geldt dan niet. Vraag uw boekhouder."
    )


class KorLimitPassed(RuleBroken):
    """With this invoice the turnover of the year passes the limit: VAT starts at once."""

    message = N_(
        "Met deze factuur komt u boven %(limit)s omzet in %(year)s. Vanaf dan geldt de"
        " kleineondernemersregeling niet meer. Stop haar in de boekhouding, dan komt er btw op de factuur."
    )


class KorBeginsWithin(RuleBroken):
    """The scheme begins within the days of one invoice: what was done before bears VAT."""

    message = N_(
        "Op %(on)s begint uw kleineondernemersregeling. Maak een factuur tot die dag, en een vanaf die dag."
    )
