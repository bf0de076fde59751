"""What the register of first refusal refuses."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class NoticeNotFound(NotFound):
    """No such notice, or not public yet."""

    message = N_("Dit voornemen bestaat niet, of is nog niet openbaar.")


class InterestNotFound(NotFound):
    """No such interest in this notice."""

    message = N_("Deze belangstelling hoort niet bij dit voornemen. Er is niets veranderd.")


class TextMissing(RuleBroken):
    """It is told what, for which use, and by which criteria."""

    message = N_("Vul dit in.")


class AreaWrong(RuleBroken):
    """Square metres are a whole number above zero."""

    message = N_("Vul een heel getal boven nul in.")


class PlaceMissing(RuleBroken):
    """Property stands somewhere."""

    message = N_("Kies de wijk.")


class ReasonTooShort(RuleBroken):
    """A reason that somebody can test."""

    message = N_("Leg dit beter uit: minstens %(least)s tekens. Anderen moeten het kunnen toetsen.")


class PointsForOne(RuleBroken):
    """Who expects one candidate compares nobody: points say that there may be more."""

    message = N_(
        "U verwacht één gegadigde, maar geeft punten. Schrijf waaraan die moet voldoen, of laat de verwachting weg."
    )


class NoteTooShort(RuleBroken):
    """Why a criterion may stand, or not."""

    message = N_("Schrijf bij elk criterium waarom. Minstens %(least)s tekens.")


class CriteriaChanged(Conflict):
    """They were changed while somebody looked at them."""

    message = N_("De criteria zijn intussen veranderd. Lees ze opnieuw. Er is niets veranderd.")


class SecondPerson(Forbidden):
    """Two people decide."""

    message = N_("Een tweede persoon van uw organisatie doet dit. Er is niets veranderd.")


class NotImpartial(Forbidden):
    """Who works for an interested party decides nothing."""

    message = N_("U werkt voor een partij die belangstelling heeft. Een ander beslist.")


class WrongMoment(Conflict):
    """It is not in that stage: the term runs, is over, or it was decided or withdrawn."""

    message = N_(
        "Dit kan nu niet: de termijn loopt nog, is voorbij, of het is al besloten. Er is niets veranderd."
    )


class AlreadyInterested(Conflict):
    """One interest per party."""

    message = N_("Uw belangstelling staat er al.")


class WindowMissing(RuleBroken):
    """No term is known for a day."""

    message = N_("Voor deze dag kennen wij geen termijn. Vraag de beheerder.")
