"""What the reckoning of de-minimis aid refuses."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class CeilingMissing(RuleBroken):
    """No ceiling is known for a day."""

    message = N_("Voor deze dag kennen wij geen grens voor de-minimissteun. Vraag de beheerder.")


class AmountWrong(RuleBroken):
    """Aid is an amount above zero."""

    message = N_("Vul een bedrag boven nul in.")


class DayWrong(RuleBroken):
    """Aid that was granted was granted before now."""

    message = N_("Kies een dag tot en met vandaag.")


class GiverMissing(RuleBroken):
    """Aid comes from somebody."""

    message = N_("Schrijf wie de steun gaf.")


class AidNotFound(NotFound):
    """No such aid, or another's."""

    message = N_("Deze steun staat niet op uw lijst. Er is niets veranderd.")
