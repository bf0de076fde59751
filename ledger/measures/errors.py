"""Refusals around measures and costs. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class MeasureUnknown(NotFound):
    """Nothing was measured of this window, or of this money."""

    message = N_("Over deze dagen is niets gemeten.")


class TooFew(RuleBroken):
    """Of fewer than five holders or payers nothing is shown."""

    message = N_("Minder dan vijf houders of betalers. Dan tonen wij niets.")


class CostEmpty(RuleBroken):
    """Neither euros nor hours."""

    message = N_("Vul een bedrag of uren in, van nul of meer.")


class CostInFuture(RuleBroken):
    """Costs are written down once they were made."""

    message = N_("Deze dag is nog niet geweest.")


class CostUnknown(NotFound):
    """No such line."""

    message = N_("Deze kosten staan er niet.")


class CostGone(Conflict):
    """Taken off before."""

    message = N_("Deze kosten zijn al weggehaald. Er is niets veranderd.")


class BooksUnreadable(RuleBroken):
    """The books hold what no order of transfers can explain; named for who looks after the books."""

    message = N_("De boeken van dit geld zijn niet te meten: %(why)s")
