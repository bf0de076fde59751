"""What can be wrong with a file of boundaries."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class BoundariesUnreadable(RuleBroken):
    """No GeoJSON at all, or far too large."""

    message = N_("Dit bestand is geen leesbare GeoJSON: %(fault)s. Er is niets veranderd.")


class BoundariesRefused(RuleBroken):
    """They do not fit the area: an unknown or missing place, a ring that is none, another part of the world."""

    message = N_("Deze grenzen passen niet bij het gebied: %(fault)s. Er is niets veranderd.")
