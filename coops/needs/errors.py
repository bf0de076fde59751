"""What the buying calendar refuses."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class NeedNotFound(NotFound):
    """No such need, or it is for the alliance only."""

    message = N_("Deze behoefte bestaat niet, of is alleen voor de alliantie.")


class TitleMissing(RuleBroken):
    """A need has a title."""

    message = N_("Geef de behoefte een titel.")


class VolumeIncomplete(RuleBroken):
    """A volume has a unit and a unit has a volume."""

    message = N_("Vul hoeveel én de eenheid in, of laat beide leeg.")


class VolumeInvalid(RuleBroken):
    """A volume is more than nothing."""

    message = N_("Hoeveel moet meer dan nul zijn.")


class ValueBandReversed(RuleBroken):
    """The upper value is at least the lower one."""

    message = N_("Het hoogste bedrag is lager dan het laagste bedrag.")


class ValueBandIncomplete(RuleBroken):
    """A band has both ends."""

    message = N_("Vul het laagste én het hoogste bedrag in, of laat beide leeg.")


class NoticeAfterEnd(RuleBroken):
    """A contract is given notice before it ends."""

    message = N_("Opzeggen kan alleen voor het contract eindigt.")


class NoticeWithoutEnd(RuleBroken):
    """A notice date belongs to a contract with an end."""

    message = N_("Vul ook in wanneer het contract eindigt.")


class WantedInPast(RuleBroken):
    """A need lies ahead."""

    message = N_("De begindatum ligt in het verleden. Kies een dag vanaf vandaag.")


class ExpiryInvalid(RuleBroken):
    """A need stays on the calendar until a day ahead, at most three years."""

    message = N_("Kies een einddatum vanaf vandaag, hooguit drie jaar vooruit.")


class WithdrawReasonMissing(RuleBroken):
    """Withdrawing says why: cooperatives may have prepared."""

    message = N_("Schrijf waarom. Coöperaties kunnen zich al voorbereiden.")


class NeedClosed(Conflict):
    """The need was withdrawn, expired or became a tender."""

    message = N_("Deze behoefte staat niet meer open. Er is niets veranderd.")


class NeedChanged(Conflict):
    """The need was changed while this form was open."""

    message = N_(
        "Iemand anders wijzigde deze behoefte. Uw wijziging is niet bewaard. Ga terug: wat u typte, staat er nog. "
        "Kopieer uw tekst. Laad de pagina daarna opnieuw."
    )


class OwnNeed(RuleBroken):
    """Who posted a need does not join it."""

    message = N_("Dit is uw eigen behoefte. Andere organisaties kunnen meedoen.")


class UnitNeeded(RuleBroken):
    """A part is told in the unit of the need."""

    message = N_("Deze behoefte heeft geen eenheid. Laat “hoeveel” leeg.")
