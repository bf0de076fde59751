"""Why there is no demo here."""

from cwb.kernel.errors import Conflict
from cwb.kernel.text import N_


class DatabaseInUse(Conflict):
    """The database holds real parties."""

    message = N_("Deze database is in gebruik. Een voorbeeld komt alleen in een lege database.")
