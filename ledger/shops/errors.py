"""Refusals at a till. Nothing has been paid when one of these is raised."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class NoTill(RuleBroken):
    """The organisation has no wallet to receive in."""

    message = N_("Uw organisatie heeft nog geen portemonnee. Het bestuur opent er een.")


class SaleUnknown(NotFound):
    """No such payment to this organisation."""

    message = N_("Deze betaling is er niet.")


class TooMuchBack(RuleBroken):
    """More than was paid, less what was given back before."""

    message = N_("U kunt hiervan nog %(left)s teruggeven. Er is niets teruggegeven.")
