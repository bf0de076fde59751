"""Why a set of bids cannot be scored."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class ScoreInputInvalid(RuleBroken):
    """The input is not of the agreed form: a field is missing, has the wrong type or is unknown."""

    message = N_("De invoer klopt niet bij “%(where)s”: %(fault)s.")


class ScoreRefused(RuleBroken):
    """A value that no lawful score can be made of."""

    message = N_("Dit is niet te beoordelen. “%(where)s”: %(fault)s.")
