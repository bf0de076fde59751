"""Why an entry about a direct debit waits, or is not taken back. Their short words: `ledger.bank.errors.FAULTS`."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class DebitUnclear(RuleBroken):
    """The entry is not the sum of the debits it names."""

    message = N_(
        "Deze boeking noemt een incasso, maar het bedrag wijkt af. Weigerde uw bank er een? Zeg dat bij het bestand."
    )


class DebitNotSeen(RuleBroken):
    """A debit went back of which no statement said that it came in."""

    message = N_(
        "Deze incasso ging terug, maar stond nog niet op een afschrift. Lees eerst het eerdere afschrift in."
    )


class DebitStands(Conflict):
    """A debit came in twice, or what was returned is taken back."""

    message = N_("Deze incasso is al geboekt of teruggehaald. Dat blijft zo.")
