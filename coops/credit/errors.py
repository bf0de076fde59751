"""Why an application for money ahead is refused. Nothing has changed then."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class ApplicationNotFound(NotFound):
    """No such application, or not for this reader."""

    message = N_("Deze aanvraag bestaat niet, of u mag haar niet zien.")


class BaseNotFound(NotFound):
    """No approved invoice or running contract of one's own."""

    message = N_("Hierop kunt u geen voorschot vragen. Kies een goedgekeurde factuur of een lopend contract.")


class AlreadyAsked(Conflict):
    """There is an application or an advance on it."""

    message = N_("Op deze factuur of dit contract loopt al een aanvraag of voorschot. Twee keer kan niet.")


class TextTooShort(RuleBroken):
    """Reasons that say something."""

    message = N_("Schrijf iets meer: minstens %(least)s tekens.")


class DueWrong(RuleBroken):
    """Repaid after today and within a year."""

    message = N_("Kies een dag na vandaag en binnen een jaar.")


class AmountMissing(RuleBroken):
    """More than nothing."""

    message = N_("Vul een bedrag in dat hoger is dan nul.")


class AboveShare(RuleBroken):
    """More than the part that the fund pays ahead."""

    message = N_("Hooguit %(most)s: zoveel van wat nog betaald wordt, schiet het fonds voor.")


class AboveRoom(RuleBroken):
    """More than one cooperative may have outstanding."""

    message = N_("Hooguit %(most)s: meer mag bij één coöperatie niet openstaan.")


class AboveFund(RuleBroken):
    """More than the fund has free."""

    message = N_("Hooguit %(most)s: meer is er nu niet vrij in het fonds.")


class NotWaiting(Conflict):
    """Decided, signed or withdrawn in the meantime."""

    message = N_("Deze stap is al gedaan of kan nu niet. Kijk opnieuw hoe de aanvraag ervoor staat.")


class NotImpartial(Forbidden):
    """Coaching, verifying, and being of either party do not go together with deciding."""

    message = N_(
        "U begeleidt of controleerde deze coöperatie, of u hoort bij een van beide partijen. Een collega beslist."
    )


class SecondPerson(Forbidden):
    """Somebody else does this step."""

    message = N_("U deed de vorige stap. Een collega doet deze.")


class NotAgreed(RuleBroken):
    """The box of the deed is not ticked."""

    message = N_("Kruis aan dat u de akte las en tekent.")


class ReasonUnread(RuleBroken):
    """Whoever books a loss did not say that the colleague's reason was read."""

    message = N_("Lees de reden en kruis aan dat u het verlies bevestigt.")


class NotOverdue(Conflict):
    """Only what is late is a loss."""

    message = N_("De afgesproken dag is nog niet voorbij. Afboeken kan nog niet.")
