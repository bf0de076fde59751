"""Why a payment is not written down. Nothing has changed then."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class PaymentNotFound(NotFound):
    """No such payment."""

    message = N_("Deze betaling bestaat niet, of u mag haar niet zien.")


class NotPayable(Conflict):
    """Only an approved invoice is paid."""

    message = N_("Deze factuur is nog niet goedgekeurd. Betaal pas na akkoord.")


class AlreadyPaid(Conflict):
    """Nothing is open any more."""

    message = N_("Deze factuur is al helemaal betaald. Er is niets dubbel geboekt.")


class AmountNotPositive(RuleBroken):
    """A payment has an amount above zero."""

    message = N_("Vul een bedrag in dat hoger is dan nul.")


class PaymentAboveOpen(RuleBroken):
    """More than what is open."""

    message = N_("Er staat nog %(open)s open. Boek niet meer dan dat.")


class NothingToRefund(Conflict):
    """The seller owes nothing back."""

    message = N_("De leverancier hoeft niets terug te betalen.")


class PaidInFuture(RuleBroken):
    """A payment that has not happened yet."""

    message = N_("De betaaldag ligt in de toekomst. Boek de betaling als zij gedaan is.")


class PaidBeforeInvoice(RuleBroken):
    """A payment from before the invoice."""

    message = N_("De betaaldag ligt voor de factuur van %(issued)s. Controleer de datum.")


class LooksDouble(RuleBroken):
    """The same amount on the same day with the same reference was written down before."""

    message = N_(
        "Deze betaling staat er al: zelfde dag, bedrag en kenmerk. Tweede betaling? Geef een ander kenmerk."
    )


class KeyUsed(Conflict):
    """The caller's key stands for another payment."""

    message = N_("Deze betaling is al verwerkt met een andere inhoud. Er is niets geboekt.")


class NoSecondAccount(RuleBroken):
    """A payment to a G-account of an invoice that has none."""

    message = N_("Bij deze factuur hoort geen G-rekening.")


class AlreadyUndone(Conflict):
    """It was taken back before."""

    message = N_("Deze betaling is al teruggedraaid.")


class PaidToFund(RuleBroken):
    """The invoice was assigned: what came in repaid money ahead."""

    message = N_(
        "Deze betaling loste een voorschot van het fonds af. Overleg met het fonds. Er is niets veranderd."
    )


class ColleagueConfirms(RuleBroken):
    """Above the limit another person takes it back too."""

    message = N_("U vroeg dit al. Boven de grens van vier ogen bevestigt een collega het.")


class OnStatement(RuleBroken):
    """A bank told of it: there it is taken back."""

    message = N_("Deze betaling staat op een bankafschrift. Draai haar daar terug, bij Bank.")


class SetOffStands(RuleBroken):
    """A round of set-off paid it, together with others."""

    message = N_(
        "Deze factuur is verrekend met andere. Een ronde draait niemand alleen terug. Overleg met het programma."
    )
