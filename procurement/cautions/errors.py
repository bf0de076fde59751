"""Why a relative method does not go on."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class NothingToConfirm(NotFound):
    """The chosen method has no losing bid that changes the winner."""

    message = N_("Bij deze manier van beslissen hoeft u niets te bevestigen.")


class CautionUnread(RuleBroken):
    """The box was not ticked."""

    message = N_("Zet eerst het vinkje: u begrijpt dat een verliezer kan bepalen wie wint.")


class ScoringChanged(Conflict):
    """Somebody changed the scoring since the page was shown."""

    message = N_("De beoordeling is intussen veranderd. Er is niets bevestigd. Bekijk de proef opnieuw.")


class MethodUnconfirmed(RuleBroken):
    """A relative method that nobody confirmed, or whose scoring changed since."""

    message = N_("Bekijk eerst de proef met de beoordeling en bevestig uw keuze. Het concept is bewaard.")
