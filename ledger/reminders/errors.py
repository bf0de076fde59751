"""Why no reminder is sent. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class NothingToRemind(Conflict):
    """Not late, not open, in dispute, or no invoice at all."""

    message = N_("Voor deze factuur is geen herinnering nodig: zij is niet te laat, of er is bezwaar.")


class NothingToClaim(Conflict):
    """Not paid in full, paid in time, not bought in business, or itself such a claim."""

    message = N_(
        "Voor deze factuur is geen rente te vragen: zij is op tijd betaald, of nog niet helemaal betaald."
    )


class AlreadyClaimed(Conflict):
    """It is asked once; throwing the draft away makes room for another."""

    message = N_("Voor deze factuur is al rente gevraagd. Er is niets dubbel gemaakt.")


class TooSoon(RuleBroken):
    """The next reminder waits for its day."""

    message = N_("De volgende herinnering kan vanaf %(day)s. Er is niets verstuurd.")


class AllSent(Conflict):
    """There are three."""

    message = N_("Alle drie herinneringen zijn verstuurd. Bel de klant, of vraag iemand om hulp.")


class NoAddress(RuleBroken):
    """A customer outside without an e-mail address cannot be written to."""

    message = N_("Deze klant heeft geen e-mailadres. Vul het in bij de klant, of bel.")


class StageSent(Conflict):
    """A colleague sent this one a moment ago."""

    message = N_("Deze herinnering is al verstuurd. Er is niets dubbel gestuurd.")
