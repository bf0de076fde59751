"""What leaving refuses."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class LeavingNotFound(NotFound):
    """Nobody of this cooperative leaves under this address."""

    message = N_("Dit vertrek is er niet.")


class LeavingBefore(Conflict):
    """It was noted before that this member leaves, or the member left."""

    message = N_("Dit vertrek staat er al. Er is niets veranderd.")


class ReasonMissing(RuleBroken):
    """An expulsion says why, and an answer says something."""

    message = N_("Schrijf waarom. Het lid heeft recht op uitleg.")


class TooSoon(RuleBroken):
    """A settlement comes when the term of notice is over."""

    message = N_("Dit kan vanaf %(day)s. Dan is de opzegtermijn voorbij.")


class NotHeard(RuleBroken):
    """Who is expelled is heard first: an answer, or the end of the term for it."""

    message = N_("Het lid mag tot en met %(day)s antwoorden. Wacht daarop.")


class NotAsked(Conflict):
    """An answer to nothing: no expulsion, answered before, or settled."""

    message = N_("Hier kunt u nu niet op antwoorden.")


class SettledBefore(Conflict):
    """A leaving is settled once."""

    message = N_("Dit vertrek is al afgerekend. Er is niets dubbel geboekt.")


class LossInvalid(RuleBroken):
    """A loss is borne only as the statutes say, and not above the capital that was paid."""

    message = N_("Dit verlies kan niet. Het kan hooguit %(most)s zijn, en alleen als uw statuten dat zeggen.")


class LimitReached(RuleBroken):
    """Above what the statutes let be repaid in a year."""

    message = N_("Dit jaar kunt u nog %(room)s terugbetalen. De rest komt in een volgend jaar.")


class DuesOpen(RuleBroken):
    """Dues still open are paid or given up before a settlement."""

    message = N_("Er staat nog %(open)s contributie open. Boek eerst de betaling.")
