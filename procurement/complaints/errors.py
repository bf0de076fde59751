"""Why a complaint or its answer is not taken."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_
from procurement.hearings.errors import TextTooShort


class ComplaintNotFound(NotFound):
    """None, or not for this reader."""

    message = N_("Deze klacht bestaat niet, of is niet voor u.")


class MayNotComplain(Forbidden):
    """Only who may bid, never the buyer itself."""

    message = N_("Alleen een organisatie die kan inschrijven, kan hier klagen.")


class ComplaintTooShort(TextTooShort):
    """What is wrong, in a sentence or two."""

    message = N_("Schrijf in een paar zinnen wat er mis is. Minstens %(least)s tekens.")


class LotUnknown(RuleBroken):
    """A lot of another tender."""

    message = N_("Kies een perceel van deze opdracht.")


class WishMissing(RuleBroken):
    """What the complainant asks."""

    message = N_("Schrijf wat u van de koper vraagt.")


class AnswererInvolved(Forbidden):
    """Whoever made, checked, opened, judged or decided does not answer."""

    message = N_("U werkte mee aan deze aanbesteding. Een collega die niet meewerkte, geeft antwoord.")


class NotHandler(Forbidden):
    """Of another organisation, or without the role."""

    message = N_("Alleen een medewerker van de koper geeft antwoord.")


class AnswerTooShort(TextTooShort):
    """An answer has reasons."""

    message = N_("Leg uit waarom. Minstens %(least)s tekens.")


class MeasureMissing(RuleBroken):
    """Who is right gets something."""

    message = N_("Schrijf wat u doet nu de klacht klopt.")


class ComplaintEnded(Conflict):
    """Answered or taken back before."""

    message = N_("Deze klacht is al beantwoord of ingetrokken. Er is niets veranderd.")


class NotAnswerer(Forbidden):
    """Whoever answered knows what may be told."""

    message = N_("Alleen wie antwoord gaf, publiceert de uitkomst.")


class SummaryMissing(RuleBroken):
    """What everybody reads."""

    message = N_("Schrijf de samenvatting die iedereen leest. Noem geen namen.")


class PublishedBefore(Conflict):
    """An outcome is published once."""

    message = N_("De uitkomst is al gepubliceerd. Er is niets veranderd.")


class SomebodyIsFree(Conflict):
    """The programme stands in only where the buyer has nobody."""

    message = N_("Bij uw organisatie kan nog een collega antwoorden. Het programma is niet nodig.")


class NoStandIn(RuleBroken):
    """Of the programme, and outside the tender."""

    message = N_("Kies iemand van het programma die niet meewerkte.")


class NothingToResolve(Conflict):
    """Only a measure is done, once."""

    message = N_("Hier is geen maatregel meer af te ronden. Er is niets veranderd.")
