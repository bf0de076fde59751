"""Why an outcome is not computed."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class CurrencyUnknown(RuleBroken):
    """A payment in something that is no euro and not at par with it."""

    message = N_("Met %(currency)s kan het onderzoek niet rekenen: het is geen euro en niet even veel waard.")
