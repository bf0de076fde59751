"""What can go wrong when a contract changes."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class ChangeNotFound(NotFound):
    """No such change, or a contract of others: the answer is the same."""


class NotYours(Forbidden):
    """The buyer proposes and decides, the supplier signs."""

    message = N_("Alleen een inkoper van de koper en een bestuurder van de leverancier doen dit.")


class SamePerson(Forbidden):
    """Who proposed never decides."""

    message = N_("U stelde deze wijziging zelf voor. Een collega beslist.")


class NotSigned(Conflict):
    """Only a signed contract changes this way."""

    message = N_("Het contract geldt nog niet. Wijzig het gewoon voor het tekenen.")


class Ended(Conflict):
    """What is over does not change."""

    message = N_("Dit contract is afgelopen op %(on)s. Er is niets gewijzigd.")


class ChangeRuns(Conflict):
    """One change at a time, or the sums would not be known."""

    message = N_("Er loopt al een wijziging. Rond die eerst af.")


class NotWaiting(Conflict):
    """It was decided or signed already."""

    message = N_("Deze wijziging wacht hier niet meer op. Er is niets dubbel gedaan.")


class NothingChanges(RuleBroken):
    """A change changes something."""

    message = N_("Kies wat er verandert: waarde, duur, opdracht of leverancier.")


class AmountMissing(RuleBroken):
    """The value is said to change."""

    message = N_("U koos “de waarde”. Vul een bedrag in dat niet nul is.")


class ValueUntold(RuleBroken):
    """An amount says that the value changes."""

    message = N_("Er komt geld bij of af. Kies dan ook “de waarde”.")


class EndMissing(RuleBroken):
    """The duration is said to change."""

    message = N_("U koos “de duur”. Vul de nieuwe laatste dag in.")


class DurationUntold(RuleBroken):
    """Another last day says that the duration changes."""

    message = N_("De laatste dag verschuift. Kies dan ook “de duur”.")


class ValueGone(RuleBroken):
    """A contract keeps a value above zero."""

    message = N_("Dan blijft er geen waarde over. Vul een kleiner bedrag in, of een eerdere laatste dag.")


class EndsTooEarly(RuleBroken):
    """The new end lies after the start and not before today."""

    message = N_("De nieuwe einddatum ligt te vroeg.")


class OutsideSmall(RuleBroken):
    """Outside the arithmetic limits of article 2.163b."""

    message = N_(
        "Dit past niet bij artikel 2.163b. Samen met eerdere kleine wijzigingen is het %(total)s. "
        "Het moet lager zijn dan %(limit)s. Kies een andere grond als die er is."
    )


class OutsideHalf(RuleBroken):
    """Outside the arithmetic limit of articles 2.163d and 2.163e."""

    message = N_(
        "Bij deze grond mag de prijs met hooguit %(limit)s stijgen. Dit is %(total)s. "
        "Kies een andere grond, of begin een nieuwe aanbesteding."
    )


class GroundUnfit(RuleBroken):
    """Another supplier comes in by article 2.163f alone."""

    message = N_("Bij een andere leverancier past alleen de grond “vervanging” (artikel 2.163f).")


class SignedBefore(Conflict):
    """Each member signs once."""

    message = N_("U tekende deze wijziging al. Nu zijn de andere leden aan de beurt.")


class NoExtensionLeft(Conflict):
    """Never beyond the tendered maximum."""

    message = N_("Er is geen verlenging meer. Langer dan de aanbesteding zei, kan niet.")


class NoticePassed(Conflict):
    """An extension is said in time."""

    message = N_("Verlengen kon tot en met %(until)s. Er is niets verlengd. Overleg met de leverancier.")
