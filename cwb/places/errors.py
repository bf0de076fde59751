"""What can be wrong with an area pack."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class AreaPackInvalid(RuleBroken):
    """An area pack that cannot be used: a missing file, an unknown code, two rows for one day."""

    message = N_("Gebied %(area)s, %(file)s: %(fault)s")
