"""Why a trial cannot be drawn."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class SeedInvalid(RuleBroken):
    """A seed too short to have come out of dice or a draw, or too long."""

    message = N_("Een startgetal heeft 8 tot 200 tekens, bijvoorbeeld tien worpen met een dobbelsteen.")


class WavesInvalid(RuleBroken):
    """Too few or too many waves for the clusters there are."""

    message = N_("Er zijn 2 tot %(most)s groepen die na elkaar beginnen. Meer handelsgroepen zijn er niet.")


class ArmsInvalid(RuleBroken):
    """No arm, one twice, or one that does not exist."""

    message = N_("Kies een of meer vormen uit de lijst.")


class ClustersInvalid(RuleBroken):
    """Fewer than two clusters, an empty one, or a member in two."""

    message = N_("Er zijn minstens twee handelsgroepen nodig, en elke deelnemer zit in precies één.")


class SampleInvalid(RuleBroken):
    """A size, spread or correlation that cannot be."""

    message = N_("Deze omvang of spreiding kan niet: %(what)s.")
