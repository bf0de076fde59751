"""What the obstacle log refuses."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class ObstacleNotFound(NotFound):
    """No such obstacle, or it is not public and not yours."""

    message = N_("Deze melding is er niet, of zij is nog niet openbaar.")


class ObstacleTextMissing(RuleBroken):
    """An obstacle names the rule, whose it is, and what happened."""

    message = N_("Vul dit in.")


class CaseTooShort(RuleBroken):
    """Who reads it must understand what happened."""

    message = N_("Vertel iets meer: wat wilde u, en wat hield u tegen?")


class AnswerMissing(RuleBroken):
    """An answer has words."""

    message = N_("Schrijf een antwoord dat iedereen begrijpt.")


class AnswerTooShort(RuleBroken):
    """Who leaves a rule as it is gives a reason that others can follow."""

    message = N_("Leg beter uit waarom de regel blijft of niets tegenhield: minstens %(least)s tekens.")


class NotAnswered(Conflict):
    """There is nothing to add to."""

    message = N_("Hier is nog niet op geantwoord. Geef eerst het antwoord.")


class ReasonMissing(RuleBroken):
    """Who sends something back says what must be otherwise."""

    message = N_("Schrijf wat er anders moet.")


class OwnReport(Forbidden):
    """A second person looks at it before it is public."""

    message = N_("U meldde dit zelf. Vraag een collega om het te bekijken.")


class AlreadyPublic(Conflict):
    """It was published meanwhile."""

    message = N_("Deze melding is al openbaar. Er is niets veranderd.")


class NotPublic(Conflict):
    """Only what everybody can read is answered."""

    message = N_("Deze melding is nog niet openbaar. Uw antwoord is niet bewaard.")


class AlreadyAnswered(Conflict):
    """An answer is given once; what changes later is a new one."""

    message = N_("Hier is al op geantwoord. Uw antwoord is niet bewaard.")
