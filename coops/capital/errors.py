"""What capital and dues refuse."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class TermsMissing(RuleBroken):
    """Nothing is subscribed or charged before the board wrote the amounts of the statutes down."""

    message = N_("Vul eerst de bedragen uit uw statuten in. Er is niets geboekt.")


class TermsChanged(Conflict):
    """Somebody else changed the amounts after the page was opened."""

    message = N_("Iemand anders wijzigde deze bedragen net. Er is niets overschreven. Kijk opnieuw.")


class TermInvalid(RuleBroken):
    """An amount or number that no statutes can hold."""

    message = N_("Vul een getal in dat kan.")


class SharesInvalid(RuleBroken):
    """Shares are counted from 1 to 10,000."""

    message = N_("Vul een heel aantal in, van 1 tot en met 10.000.")


class SubscriptionNotFound(NotFound):
    """No such subscription of this cooperative."""

    message = N_("Deze inschrijving op aandelen bestaat niet.")


class CalledBefore(Conflict):
    """A subscription is called once."""

    message = N_("Dit bedrag is al gevraagd. Er is niets dubbel geboekt.")


class HasLeft(RuleBroken):
    """Who left subscribes to nothing."""

    message = N_("Dit lid is vertrokken. Er is niets geboekt.")


class SettledWith(Conflict):
    """The settlement of a member who left rests on what was paid in."""

    message = N_(
        "Met dit lid is afgerekend, ook over deze betaling. Er is niets veranderd. Was zij verkeerd? Overleg met uw "
        "boekhouder."
    )


class DuesRunBefore(Conflict):
    """Dues of a period are charged once."""

    message = N_("De contributie van deze periode is al gevraagd. Er is niets dubbel geboekt.")


class DuesAskedBefore(Conflict):
    """A member is asked the dues of a period once."""

    message = N_("De contributie van deze periode is dit lid al gevraagd. Er is niets dubbel geboekt.")


class NoDuesRun(RuleBroken):
    """One member is asked after all others were; before, the dues are asked of everybody at once."""

    message = N_("De contributie van deze periode is nog niet gevraagd. Vraag haar eerst aan alle leden.")


class NoDues(RuleBroken):
    """The amount of the dues is nothing, or there is nobody to ask."""

    message = N_("Er is geen contributie te vragen: het bedrag is nul, of er zijn geen leden.")


class AmountInvalid(RuleBroken):
    """A payment is more than nothing."""

    message = N_("Vul een bedrag van meer dan nul in.")


class MoreThanOwed(RuleBroken):
    """A payment above what is open."""

    message = N_("Op die dag stond %(open)s open. Er is niets geboekt. Controleer bedrag en datum.")


class NothingOpen(Conflict):
    """Who owes nothing pays nothing."""

    message = N_("Hiervan staat niets meer open. U hoeft niet te betalen.")


class PaidOnInvalid(RuleBroken):
    """A payment lies not after today."""

    message = N_("Een betaling is van vandaag of eerder. Er is niets geboekt.")


class ReceiptNotFound(NotFound):
    """No such payment of this member."""

    message = N_("Deze betaling is er niet.")


class YearInvalid(NotFound):
    """A book year that cannot be."""

    message = N_("Dit boekjaar is er niet.")
