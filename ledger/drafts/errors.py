"""Why a file of a figure is not given."""

from cwb.kernel.errors import NotFound
from cwb.kernel.text import N_


class NotSigned(NotFound):
    """A period of which no version was signed: its groups are nobody's but the alliance's."""

    message = N_("Het cijfer van %(period)s is nog niet getekend. Het bestand komt er na de handtekening.")
