"""What can go wrong when a winner is refused."""

from cwb.kernel.errors import Conflict
from cwb.kernel.text import N_


class AwardStays(Conflict):
    """A definitive award is not taken back for proof."""

    message = N_("Deze gunning is al definitief. Afwijzen kan niet meer. Er is niets veranderd.")
