"""What can be wrong with a decision about a conflict."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class ConflictUnknown(NotFound):
    """No such line, or another anchor's."""

    message = N_("Deze botsing is er niet.")


class ConflictDecided(Conflict):
    """Somebody decided it first, or the file was taken back."""

    message = N_("Hierover is al beslist. Er is niets veranderd.")


class NothingReplaced(RuleBroken):
    """Only another amount for the same invoice replaces what counts."""

    message = N_("Hier staat geen ander bedrag tegenover. Kies een ander antwoord.")
