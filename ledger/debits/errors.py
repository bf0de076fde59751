"""Why no file of direct debits is made, and what it may not hold."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class CreditorIdInvalid(RuleBroken):
    """A creditor identifier of the wrong form, or with wrong check digits."""

    message = N_("Dit incassant-ID klopt niet. Neem het over uit de brief van uw bank.")


class CreditorIbanInvalid(RuleBroken):
    """The account of the creditor does not exist."""

    message = N_("Dit IBAN klopt niet. Vul de rekening in waarop de incasso binnenkomt.")


class CreditorNameInvalid(RuleBroken):
    """A name of the creditor that no bank takes."""

    message = N_("De bank leest alleen Latijnse letters. Zet de naam ook zo bij uw coöperatie.")


class CreditorMissing(RuleBroken):
    """The organisation has no contract for direct debit written down."""

    message = N_("Vul eerst het incassant-ID en de rekening van uw coöperatie in.")


class CreditorChanged(Conflict):
    """Somebody else changed it after the page was opened."""

    message = N_("Iemand anders wijzigde dit net. Er is niets overschreven. Kijk opnieuw.")


class HolderInvalid(RuleBroken):
    """The name of the holder of an account."""

    message = N_("Schrijf de naam van de rekeninghouder, in hooguit 70 tekens.")


class AccountInvalid(RuleBroken):
    """The account of the payer is none of SEPA."""

    message = N_("Dit IBAN klopt niet. Kijk op de bankpas.")


class SignedInFuture(RuleBroken):
    """A paper cannot be signed tomorrow."""

    message = N_("De machtiging kan niet in de toekomst zijn getekend.")


class SignedTooLongAgo(RuleBroken):
    """A mandate that was not used for three years may be used no more."""

    message = N_("Een machtiging van drie jaar of ouder mag niet meer. Vraag een nieuwe.")


class NothingToDebit(RuleBroken):
    """Nothing that was announced can be collected now."""

    message = N_("Er is nu niets om te incasseren. Wat later valt, komt in een later bestand.")


class DebitFileUnknown(NotFound):
    """No such file, or another's."""

    message = N_("Dit incassobestand is er niet, of u mag het niet zien.")


class DebitDecided(Conflict):
    """The bank told of it, or somebody decided it before."""

    message = N_("Over deze incasso is al beslist. Er is niets veranderd.")


class FileUsed(Conflict):
    """The bank told of a debit of this file: it was sent."""

    message = N_("De bank meldde al iets over dit bestand. U trekt het niet meer in.")
