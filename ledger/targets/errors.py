"""What can be wrong with a target."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class TargetUnknown(NotFound):
    """No such target."""

    message = N_("Dit doel is er niet.")


class TargetDecided(Conflict):
    """Somebody decided first."""

    message = N_("Over dit doel is al beslist.")


class ProgrammeInvalid(RuleBroken):
    """A first year that is no year of a programme."""

    message = N_("Kies een beginjaar uit de lijst.")


class ShareInvalid(RuleBroken):
    """A target that is no part of a whole."""

    message = N_("Een doel ligt boven 0 en is hooguit 100 procent.")


class TargetReasonMissing(RuleBroken):
    """A target or decision that says nothing."""

    message = N_("Schrijf op waarom.")


class SecondPersonNeeded(RuleBroken):
    """Who proposed a target cannot agree to it."""

    message = N_("U stelde dit doel zelf voor. Iemand anders beslist.")


class TargetOverlaps(RuleBroken):
    """Another target of the same measure and buyer, whose programme has years of this one."""

    message = N_(
        "Voor %(first)s–%(last)s is er al een doel. Kies jaren daarna, of stel een nieuw doel voor diezelfde jaren."
    )
