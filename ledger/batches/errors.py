"""Why no file of transfers is made, and why an invoice is left out of one."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class BatchUnknown(NotFound):
    """No such batch, or another's."""

    message = N_("Dit betaalbestand is er niet, of u mag het niet zien.")


class NothingToTransfer(RuleBroken):
    """No approved invoice can be paid now."""

    message = N_("Er is geen goedgekeurde factuur die u nu kunt betalen.")


class ChosenGone(Conflict):
    """What somebody chose was paid, disputed or put in another file since."""

    message = N_("Een gekozen factuur kan niet meer in dit bestand. Er is niets gemaakt. Kijk opnieuw.")


class PayerIbanMissing(RuleBroken):
    """The payer has no account of its own here."""

    message = N_("Zet eerst het IBAN van uw eigen rekening bij uw organisatie.")


class PayerNameInvalid(RuleBroken):
    """A name of the payer that no bank takes."""

    message = N_("De bank leest alleen Latijnse letters. Zet uw naam ook zo bij uw organisatie.")


class PayeeIbanInvalid(RuleBroken):
    """The account on the invoice does not exist."""

    message = N_("Het IBAN op factuur %(number)s klopt niet. Bel de leverancier.")


class PayeeNameInvalid(RuleBroken):
    """A name that no bank takes."""

    message = N_("De naam op factuur %(number)s is leeg of te lang voor de bank (70 tekens).")


class BlockedIbanMissing(RuleBroken):
    """A part goes to a G-account that nobody gave."""

    message = N_(
        "Een deel van factuur %(number)s gaat naar een G-rekening. De leverancier gaf die nog niet op."
    )


class BatchClosed(Conflict):
    """It was closed before."""

    message = N_("Dit betaalbestand is al afgesloten.")


class EntriesWait(Conflict):
    """The bank told of transfers of this batch that nobody decided about: in a new one they would be paid again."""

    message = N_(
        "Op uw werklijst staan nog boekingen van dit bestand. Boek die eerst, dan betaalt u niet dubbel."
    )


class InAnotherBatch(Conflict):
    """Somebody put an invoice in a batch at the same moment."""

    message = N_("Een factuur staat net in een ander betaalbestand. Er is niets gemaakt. Kijk opnieuw.")
