"""What can stop an approval or a dispute."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class NotWaiting(Conflict):
    """Only a sent or disputed invoice waits for the buyer."""

    message = N_("Deze factuur wacht niet meer op akkoord. Kijk opnieuw.")


class AlreadyDisputed(Conflict):
    """The invoice is in dispute already."""

    message = N_("Er loopt al bezwaar tegen deze factuur.")


class SecondPersonNeeded(RuleBroken):
    """Four eyes: the second approval comes from somebody else."""

    message = N_("U gaf al akkoord. Boven de grens van %(limit)s kijkt een collega ook.")


class OwnInvoice(RuleBroken):
    """Whoever sent an invoice does not approve it."""

    message = N_("U verstuurde deze factuur zelf. Een ander geeft akkoord.")


class DeliveryNotConfirmed(RuleBroken):
    """An approval says that the work was delivered (prestatieverklaring)."""

    message = N_("Bevestig dat het werk is geleverd. Niet geleverd? Maak dan bezwaar.")


class DifferenceUnexplained(RuleBroken):
    """An invoice above the agreement is approved with a reason only."""

    message = N_(
        "Er staat meer op dan afgesproken of dan u aan uren tekende. Schrijf waarom u toch akkoord geeft."
    )


class ReasonMissing(RuleBroken):
    """A dispute has a reason."""

    message = N_("Schrijf wat er niet klopt. De leverancier leest dit.")


class LimitWrong(RuleBroken):
    """A limit for four eyes is zero or more."""

    message = N_("De grens is nul euro of hoger.")


class ColleagueConfirms(RuleBroken):
    """A higher limit is confirmed by a second person."""

    message = N_("U vroeg deze hogere grens zelf aan. Een collega bevestigt haar.")
