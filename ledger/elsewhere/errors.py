"""What can be wrong with the figures of other places."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class ElsewhereInvalid(RuleBroken):
    """A figure of another place that does not say what it counts, where it stands and when it was read."""

    message = N_("Een cijfer van een andere plaats mist zijn eigen uitleg of bron: %(fault)s")
