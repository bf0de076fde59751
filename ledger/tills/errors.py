"""Why nothing is asked back. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict
from cwb.kernel.text import N_


class AskedBefore(Conflict):
    """A payment is asked back once."""

    message = N_("U vroeg dit al terug. Het bestuur kijkt ernaar, of gaf antwoord.")


class NotToAsk(Conflict):
    """Nothing of it can be asked back here."""

    message = N_("Deze betaling kunt u hier niet terugvragen. Vraag het bestuur.")
