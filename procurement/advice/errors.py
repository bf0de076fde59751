"""When no advice can be given."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class NoDatedTable(RuleBroken):
    """No table of thresholds counts on this day: an expired one is never used."""

    message = N_("Voor %(on)s zijn geen drempelbedragen bekend. Vraag het programma om de nieuwe tabel.")


class ValueNotPositive(RuleBroken):
    """An estimate is more than nothing."""

    message = N_("De waarde moet meer dan nul euro zijn.")


class AnchorTypeUnknown(RuleBroken):
    """No such kind of anchor institution."""

    message = N_("Dit soort organisatie is niet bekend: %(anchor_type)s.")


class LawTableInvalid(RuleBroken):
    """A data file cannot be read as law tables."""

    message = N_("Het bestand %(file)s met inkoopregels klopt niet: %(fault)s.")
