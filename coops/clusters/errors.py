"""What a demand cluster refuses."""

from cwb.kernel.errors import Conflict, NotFound
from cwb.kernel.text import N_


class ClusterNotFound(NotFound):
    """The needs changed, so these no longer belong together."""

    message = N_("Deze behoeften vormen nu geen cluster meer. Kijk in de lijst welke er zijn.")


class HoursUnknown(Conflict):
    """No need of the cluster tells how many hours it is."""

    message = N_(
        "Van dit cluster zijn geen uren bekend. Vraag de inkopers hoeveel uur het is. Er is niets bewaard."
    )
