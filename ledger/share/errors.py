"""What stops a share from being computed."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class BandsInconclusive(RuleBroken):
    """Bands whose formula does not hold: below zero, or unknown credit notes outweigh a side."""

    message = N_("Deze bandbreedtes geven geen grenzen: %(why)s")


class UnitsUnreadable(RuleBroken):
    """A file of amounts that cannot be read; names every fault."""

    message = N_("%(file)s is niet te lezen: %(faults)s")
