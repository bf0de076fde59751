"""What can be wrong with an appeal."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class AppealNotFound(NotFound):
    """No such appeal or judgement, or not for this reader."""


class NothingToAppeal(RuleBroken):
    """No refusal, or one that no longer counts."""

    message = N_("Dit oordeel telt niet meer. Er is niets om over te klagen. Bekijk uw profiel.")


class AppealTooLate(RuleBroken):
    """After the term."""

    message = N_("Bezwaar maken kon tot en met %(day)s. Voeg een nieuw stuk toe. Dan kijkt iemand opnieuw.")


class AppealedBefore(Conflict):
    """Once per judgement."""

    message = N_("U maakte hier al bezwaar tegen. Er is niets veranderd.")


class AppealTextMissing(RuleBroken):
    """Too short to say anything."""

    message = N_("Schrijf in een paar zinnen waarom.")


class AnsweredBefore(Conflict):
    """A colleague was first."""

    message = N_("Dit bezwaar was al beantwoord. Er is niets veranderd.")


class NotAnotherPerson(Forbidden):
    """Who refused, filled in or coaches does not answer."""

    message = N_(
        "U gaf zelf dit oordeel, of u begeleidt deze coöperatie. Een collega beantwoordt dit bezwaar."
    )
