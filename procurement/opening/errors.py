"""What can go wrong around an opening."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound
from cwb.kernel.text import N_


class OpeningNotFound(NotFound):
    """No such tender, or it was not opened yet."""


class AlreadyOpened(Conflict):
    """Two people pressed the button at once, or it was done before."""

    message = N_("Deze inschrijvingen zijn al geopend. Er is niets veranderd.")


class NotToOpen(Conflict):
    """The tender was stopped, or it never had a key."""

    message = N_("Deze aanbesteding is gestopt of heeft geen sleutel. Er valt niets te openen.")


class BidsThere(Conflict):
    """A tender with a readable bid does not end for want of bids."""

    message = N_("Er zijn inschrijvingen. Beoordeel die eerst. Er is niets veranderd.")


class NotYourTender(Forbidden):
    """Opened bids are for the buyer's own people."""

    message = N_("Alleen mensen van de inkopende organisatie mogen dit lezen.")
