"""What can be wrong with a series of numbers."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class SeriesWrong(RuleBroken):
    """A series prefix has at most 20 letters, digits, dots, hyphens or slashes; the year may stand as {jaar}."""

    message = N_("Gebruik letters, cijfers, punt, streepje of schuine streep. Voor het jaar: {jaar}.")


class SeriesNumberWrong(RuleBroken):
    """The next number lies between 1 and 99,999,999."""

    message = N_("Het volgende nummer ligt tussen 1 en 99.999.999.")


class SeriesInUse(RuleBroken):
    """Under this prefix numbers were already given; the next one follows by itself, without gaps."""

    message = N_("Met dit begin zijn al nummers gebruikt. Het volgende nummer is %(next)s en volgt vanzelf.")


class SeriesLikeOther(RuleBroken):
    """Two prefixes whose numbers could be read as one another."""

    message = N_("Dit begin lijkt te veel op “%(other)s”, dat u al gebruikte. Kies een ander begin.")
