"""Why a received invoice is not taken in, approved or paid. Nothing has changed then."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class IncomingUnknown(NotFound):
    """No such invoice, or another's."""

    message = N_("Deze ontvangen factuur is er niet, of u mag haar niet zien.")


class DocumentFaulty(RuleBroken):
    """It has faults; each is named beside this."""

    message = N_("Deze factuur klopt niet. Wij vonden %(num)s fout(en) en hebben niets opgeslagen.")


class ReceivedBefore(Conflict):
    """This number of this sender is there."""

    message = N_("Factuur %(number)s van deze leverancier is er al. Zij telt één keer.")


class MadeHere(Conflict):
    """The sender made this invoice in this house: it is there by itself."""

    message = N_("Factuur %(number)s is hier gemaakt en staat al bij uw facturen.")


class FromOurselves(RuleBroken):
    """Buyer and seller are one."""

    message = N_("Op deze factuur bent u zelf de leverancier. Vraag een nieuwe, met de goede nummers.")


class DatedAhead(RuleBroken):
    """Its day is still to come."""

    message = N_("Deze factuur is van %(day)s. Geef op die dag akkoord, of weiger haar. Er is niets geboekt.")


class CreditOfUnknown(RuleBroken):
    """It takes off an invoice that was never received."""

    message = N_("Dit gaat af van factuur %(number)s. Die kennen wij niet. Lees die eerst in.")


class CreditOfWaiting(RuleBroken):
    """It takes off an invoice that is not approved yet."""

    message = N_("Keur eerst factuur %(number)s goed. Dan kan dit ervan af.")


class CreditAbove(RuleBroken):
    """More than is left of the invoice it takes off."""

    message = N_("Dit is meer dan er van de factuur over is: nog %(left)s.")


class NotWaiting(Conflict):
    """It was decided before."""

    message = N_("Deze factuur wacht niet meer op akkoord. Kijk opnieuw.")


class OwnUpload(RuleBroken):
    """Who brought it in does not approve it."""

    message = N_("U bracht deze factuur zelf binnen. Een ander geeft akkoord.")


class SecondPersonNeeded(RuleBroken):
    """Four eyes: the second approval comes from somebody else."""

    message = N_("U gaf al akkoord. Een collega kijkt ook.")


class NotDelivered(RuleBroken):
    """An approval says that it was delivered."""

    message = N_("Bevestig dat het geleverd is. Niet geleverd? Maak dan bezwaar.")


class AccountUnchecked(RuleBroken):
    """The account was not seen before."""

    message = N_(
        "Bel de leverancier op een nummer dat u al had. Vraag of dit IBAN van hem is. Kruis dat hier aan."
    )


class ReasonMissing(RuleBroken):
    """Something is odd, and nobody wrote why it is right all the same."""

    message = N_("Hier valt iets op. Schrijf waarom u toch akkoord geeft.")


class AlreadyDisputed(Conflict):
    """Somebody was first."""

    message = N_("Er loopt al bezwaar tegen deze factuur.")


class NotPayable(Conflict):
    """Only an approved invoice is paid."""

    message = N_("Deze factuur is nog niet goedgekeurd, of er staat niets open.")


class PaymentAboveOpen(RuleBroken):
    """More than is open."""

    message = N_("Er staat nog %(open)s open. Boek niet meer dan dat.")


class AmountNotPositive(RuleBroken):
    """Nothing, or less."""

    message = N_("Vul een bedrag in dat hoger is dan nul.")


class PaidInFuture(RuleBroken):
    """A day that is still to come."""

    message = N_("De betaaldag ligt in de toekomst. Boek de betaling als zij gedaan is.")


class AlreadyUndone(Conflict):
    """It was taken back before."""

    message = N_("Deze betaling is al teruggedraaid.")
