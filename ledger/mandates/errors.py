"""Why a mandate is not given, used or ended."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class MandateNotFound(NotFound):
    """No such mandate of this payer or organisation."""

    message = N_("Deze machtiging bestaat niet, of u mag haar niet zien.")


class MandateStands(Conflict):
    """A mandate that stands is not given twice."""

    message = N_("U gaf al een machtiging. Er is niets veranderd.")


class MandateOver(Conflict):
    """What ended is not ended again."""

    message = N_("Deze machtiging is al voorbij. Er is niets veranderd.")


class NoticeInvalid(RuleBroken):
    """How many days before a debit the payer hears of it."""

    message = N_("Kies 2 tot en met 60 dagen vooraf bericht.")


class WordsInvalid(RuleBroken):
    """What stands on the statement of the payer."""

    message = N_("Schrijf in hooguit 40 tekens wat het lid op het afschrift leest.")


class DebitTermsChanged(Conflict):
    """Somebody else changed the terms after the page was opened."""

    message = N_("Iemand anders wijzigde deze afspraken net. Er is niets overschreven. Kijk opnieuw.")


class DebitOff(RuleBroken):
    """The organisation takes no direct debits."""

    message = N_("Deze coöperatie incasseert nog niet. Betaal met een overboeking.")


class NotAgreed(RuleBroken):
    """A mandate is given with an own tick."""

    message = N_("Zet het vinkje als u het eens bent met de machtiging.")
