"""What can be wrong with what was seen."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class SightingUnknown(NotFound):
    """No such evidence waits or waited."""

    message = N_("Dit bewijs is er niet.")


class OwnSighting(Forbidden):
    """Who said it does not confirm it."""

    message = N_("U voerde dit zelf in. Een collega kijkt het na.")


class SightingAnswered(Conflict):
    """A colleague was first."""

    message = N_("Een collega keek dit al na. Er is niets veranderd.")


class NoteTooShort(RuleBroken):
    """Where one saw it oneself, or what is wrong with it."""

    message = N_("Schrijf waar u het zelf zag, of wat er niet klopt. In minstens tien tekens.")
