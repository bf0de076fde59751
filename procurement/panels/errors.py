"""Why somebody may not assess, or not now."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class PanelMemberNotFound(NotFound):
    """No such seat in this panel."""


class NotYourTender(Forbidden):
    """The evaluation is for the buyer's own people, and for auditors to read."""

    message = N_("Alleen mensen van de inkopende organisatie mogen dit.")


class NotOnPanel(Forbidden):
    """Only the panel scores."""

    message = N_("U zit niet in het beoordelingsteam van deze aanbesteding.")


class MayNotAssess(RuleBroken):
    """A panel member works for the buyer as assessor or purchaser."""

    message = N_("Kies iemand van uw organisatie met de rol beoordelaar of inkoper.")


class AlreadyOnPanel(Conflict):
    """Asked twice."""

    message = N_("Deze persoon zit al in het team. Er is niets dubbel gedaan.")


class NotDeclared(Forbidden):
    """First the declaration, then the bids."""

    message = N_(
        "Verklaar eerst dat u geen belang hebt bij een inschrijver. Daarna ziet u de inschrijvingen."
    )


class HasConflict(Forbidden):
    """Who has an interest scores nothing."""

    message = N_("U meldde een belang. Daarom beoordeelt u niet mee.")


class MemberOfBidder(Forbidden):
    """A member of a bidder never scores, whatever was declared."""

    message = N_("U hoort bij een organisatie die inschreef. Daarom beoordeelt u niet mee.")


class CoachOfBidder(Forbidden):
    """Who guides or helps a bidder, or guided it into being, never scores its bid."""

    message = N_("U begeleidt of helpt een coöperatie die inschreef. Daarom beoordeelt u niet mee.")


class SupporterOfBidder(Forbidden):
    """Who agreed on support for a bidder, or delivered it, while the tender ran never scores its bid."""

    message = N_("U gaf steun aan een coöperatie die inschreef. Meld dat als belang. U beoordeelt niet mee.")


class ReasonMissing(RuleBroken):
    """Says why."""

    message = N_("Schrijf waarom.")


class NotOpened(Conflict):
    """Before the opening there is nothing to see."""

    message = N_("De inschrijvingen zijn nog niet geopend. Er valt nog niets te beoordelen.")


class ScoresFrozen(Conflict):
    """Frozen scores never change."""

    message = N_("De scores staan vast sinds %(frozen_at)s. Er is niets veranderd.")


class TenderStopped(Conflict):
    """Stopped tenders are not evaluated."""

    message = N_("Deze aanbesteding is gestopt. Er is niets veranderd.")


class PanelTooSmall(RuleBroken):
    """One person is no panel."""

    message = N_("Een team heeft minstens %(least)s mensen zonder belang, en een voorzitter.")


class SawPrices(RuleBroken):
    """Who looked at prices no longer judges quality without them."""

    message = N_("Deze persoon bekeek de prijzen. Kies iemand anders voor het team.")


class SeatStands(Conflict):
    """A seat is not passed on at will."""

    message = N_("Deze persoon kan nog beoordelen. Vervangen kan pas na een vertrek of een gemeld belang.")


class ReplacedBefore(Conflict):
    """Somebody was first."""

    message = N_("Deze plaats is al overgenomen. Er is niets veranderd.")


class ReplacedByOneself(Forbidden):
    """A third person decides."""

    message = N_("U kunt uzelf niet kiezen of vervangen. Vraag een andere inkoper.")


class ScoresOpen(Conflict):
    """Before the freeze the panel, and what it agreed, simply change."""

    message = N_("De scores staan nog niet vast. Het team kan zelf nog alles veranderen.")
