"""What can be wrong with a table of addresses."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class TableUnreadable(RuleBroken):
    """No table of postcodes and house numbers at all."""

    message = N_("Dit bestand is geen tabel van postcodes en huisnummers: %(fault)s. Er is niets veranderd.")


class TableRefused(RuleBroken):
    """A table that does not fit: an unknown buurt of the area, two places for one address, nothing of the area."""

    message = N_("Deze tabel past niet bij het gebied: %(fault)s. Er is niets veranderd.")
