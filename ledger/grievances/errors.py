"""Refusals around complaints. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class GrievanceUnknown(NotFound):
    """None, or of somebody else."""

    message = N_("Deze klacht is er niet.")


class GrievanceAnswered(Conflict):
    """An answer is given once."""

    message = N_("Op deze klacht is al geantwoord. Er is niets veranderd.")


class OwnGrievance(RuleBroken):
    """Who complains does not answer."""

    message = N_("U diende deze klacht zelf in. Een ander antwoordt.")


class TooManyOpen(RuleBroken):
    """Of one wallet a few at a time, so that nobody stops issuing alone."""

    message = N_("U hebt al %(most)s klachten die op antwoord wachten. Wacht daarop.")
