"""What is refused around the validity of bids."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class RequestNotFound(NotFound):
    """There is none, or not for this reader."""


class UntilTooSoon(RuleBroken):
    """Bids hold that long already."""

    message = N_("Biedingen gelden al tot en met %(bound)s. Kies een latere dag.")


class UntilTooLate(RuleBroken):
    """Nobody reckons prices that far ahead."""

    message = N_("Vraag hooguit tot en met %(most)s.")


class NothingToHold(Conflict):
    """Not opened yet, or the award is definitive, or it was stopped."""

    message = N_("Er zijn nu geen biedingen waarop gewacht wordt. Er is niets verstuurd.")


class AskedBefore(Conflict):
    """One question at a time."""

    message = N_("Uw vorige vraag loopt nog tot en met %(day)s. Er is niets verstuurd.")


class NotTheBidder(Forbidden):
    """With others the lead alone answers."""

    message = N_("Alleen het bestuur van de inschrijver antwoordt. Er is niets verstuurd.")


class BidHolds(Conflict):
    """Only a bid that binds nobody any more goes out."""

    message = N_("Dit bod geldt nog, of de inschrijver heeft nog tijd. Er is niets veranderd.")


class AwardStands(Conflict):
    """First the award goes back."""

    message = N_(
        "Dit bod staat als winnaar in een besluit. Trek dat besluit eerst in. Er is niets veranderd."
    )


class WinnerNotBound(Conflict):
    """A decision names who is still bound by its bid."""

    message = N_(
        "Het bod van inschrijver %(label)s gold tot en met %(day)s. Er is niets verstuurd. "
        "Vraag de inschrijvers eerst om hun bod langer te laten gelden."
    )
