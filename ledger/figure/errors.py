"""What can be wrong with an export."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class ExportUnreadable(RuleBroken):
    """A file that is no public export of spend."""

    message = N_("%(file)s is geen export van inkoop: %(fault)s")
