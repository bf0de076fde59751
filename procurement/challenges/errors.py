"""What can go wrong around a challenge."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class ChallengeNotFound(NotFound):
    """No such challenge, or nothing to challenge there."""


class NotYours(Forbidden):
    """The buyer handles, the challengers take back."""

    message = N_("Alleen een inkoper van de koper behandelt dit. Alleen wie uitdaagt, trekt in.")


class OwnWork(Forbidden):
    """Nobody challenges itself."""

    message = N_("Dit is werk van uw eigen organisatie. Uitdagen kan hier niet.")


class NotChallengeable(Conflict):
    """Only what runs or is planned."""

    message = N_("Dit contract loopt niet meer, of deze behoefte staat niet meer op de kalender.")


class AlreadyThere(Conflict):
    """One open challenge of the same people to the same thing."""

    message = N_("U daagde dit al uit: %(number)s. Er is niets dubbel gedaan.")


class NotNow(Conflict):
    """The steps have an order."""

    message = N_("Deze stap kan nu niet. Er is niets veranderd.")


class NameMissing(RuleBroken):
    """The group has a name."""

    message = N_("Geef uw groep een naam.")


class SupportersMissing(RuleBroken):
    """Who stands behind it."""

    message = N_("Vertel wie erachter staat. Een aantal is genoeg.")


class FollowMissing(RuleBroken):
    """A yes has a sequel; a no has none."""

    message = N_("Bij ja of deels kiest u wat er volgt. Bij nee volgt er niets.")
