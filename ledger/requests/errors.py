"""Refusals around a request to pay. Nothing has been paid when one of these is raised."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class RequestUnknown(NotFound):
    """No such request or receipt, or not the reader's."""

    message = N_("Dit verzoek is er niet.")


class AlreadyPaid(RuleBroken):
    """Somebody was first."""

    message = N_("Deze code is al betaald. U hebt nu niets betaald.")


class RequestExpired(RuleBroken):
    """The code is too old."""

    message = N_("Deze code is verlopen. Vraag een nieuwe. Er is niets betaald.")


class RequestWithdrawn(RuleBroken):
    """Who asked took it back."""

    message = N_("Dit verzoek is ingetrokken. Er is niets betaald.")


class OwnRequest(RuleBroken):
    """Asked and paid by one wallet."""

    message = N_("Dit is uw eigen verzoek. Laat een ander de code scannen.")


class NoWallet(RuleBroken):
    """Who scanned has no wallet of this money."""

    message = N_("U hebt nog geen portemonnee voor dit geld. Neem er eerst een.")


class NoRoom(RuleBroken):
    """The wallet could not hold it."""

    message = N_("Er past nog %(room)s in deze portemonnee. Vraag hoogstens dat.")
