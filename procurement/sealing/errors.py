"""What can go wrong around keys. One class per broken rule."""

from cwb.files.errors import HouseKeyMissing, SealBroken
from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_

__all__ = ["HouseKeyMissing", "SealBroken"]
"""Of the files: said here too, because sealed texts break in the same way."""


class PassphraseTooShort(RuleBroken):
    """A passphrase under the least length."""

    message = N_("Uw wachtzin is te kort. Gebruik minstens %(least)d tekens.")


class PassphraseTooLong(RuleBroken):
    """A passphrase beyond what is read."""

    message = N_("Uw wachtzin is te lang. Gebruik hooguit %(most)d tekens.")


class PassphrasesDiffer(RuleBroken):
    """The repetition is not the same."""

    message = N_("De twee wachtzinnen zijn niet gelijk. Typ ze opnieuw.")


class PassphraseWrong(RuleBroken):
    """The passphrase opens nothing."""

    message = N_("Deze wachtzin klopt niet. Let op hoofdletters. U kunt het nog %(left)d keer proberen.")


class TooManyPassphrases(RuleBroken):
    """Too many wrong passphrases in a short time."""

    message = N_("Te vaak een verkeerde wachtzin. Probeer het weer na %(again_at)s. Er is niets geopend.")


class KeyMissing(RuleBroken):
    """Somebody who should hold a share has no key yet."""

    message = N_("%(name)s heeft nog geen sleutel. Die maakt u zelf aan onder “Mijn sleutel”.")


class KeyExists(Conflict):
    """A key was made in another window."""

    message = N_("U heeft al een sleutel. Er is niets veranderd.")


class OfficersSame(RuleBroken):
    """The two officers and the escrow holder are three different people (two pairs of eyes)."""

    message = N_("Kies drie verschillende mensen: twee openers en een reservehouder.")


class OfficerNotOfBuyer(RuleBroken):
    """An officer has no mandate to buy for the organisation of the tender."""

    message = N_("%(name)s mag niet openen: deze persoon koopt niet in voor uw organisatie.")


class EscrowNotIndependent(RuleBroken):
    """The escrow holder is an auditor who neither buys nor works for the programme."""

    message = N_("%(name)s kan geen reservehouder zijn. Kies een controleur buiten inkoop en programma.")


class TooEarly(RuleBroken):
    """A release before the deadline."""

    message = N_("Openen kan pas na %(opens_from)s. Er is niets geopend.")


class NoShare(Forbidden):
    """The person holds no share of this key."""

    message = N_("U bewaart geen deel van deze sleutel. Openen kan alleen door de aangewezen mensen.")


class SamePerson(RuleBroken):
    """Somebody tries to be both pairs of eyes."""

    message = N_("U kunt niet alleen openen. Een tweede persoon moet de inschrijvingen openen.")


class ReasonMissing(RuleBroken):
    """The escrow holder stands in without a reason."""

    message = N_("Schrijf waarom de reservehouder invalt. Dit komt in het verslag.")


class NothingReleased(RuleBroken):
    """The second person comes before the first."""

    message = N_("Er is nog geen deel voor u vrijgegeven. Laat eerst de eerste opener inloggen.")


class ShareBroken(RuleBroken):
    """A share was changed or belongs to another key."""

    message = N_("Dit deel van de sleutel is beschadigd. Laat de reservehouder invallen.")


class TenderKeyNotFound(NotFound):
    """No such key."""
