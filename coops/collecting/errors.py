"""Why dues are not collected."""

from cwb.kernel.errors import Conflict, NotFound
from cwb.kernel.text import N_


class CollectionNotFound(NotFound):
    """No such collection of this cooperative."""

    message = N_("Deze incasso bestaat niet.")


class CollectionGone(Conflict):
    """What went to the bank is not stopped any more."""

    message = N_("Deze incasso is al verstuurd of gestopt. Er is niets veranderd.")
