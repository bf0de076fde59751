"""What can go wrong around a review."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class ReviewNotFound(NotFound):
    """No such review, or a contract of others: the answer is the same."""


class NotYours(Forbidden):
    """The two parties write, each for its own side."""

    message = N_("Alleen een inkoper van de koper en een bestuurder van de leverancier doen dit.")


class NotSigned(Conflict):
    """First both signatures."""

    message = N_("Het contract geldt nog niet. Daarna kunt u erop terugkijken.")


class TooSoon(Conflict):
    """Not more often than the pace that the page names."""

    message = N_("Uw organisatie keek terug op %(on)s. Dat kan weer na %(days)s dagen.")


class AnsweredBefore(Conflict):
    """One answer."""

    message = N_("Er is al geantwoord. Er is niets dubbel gedaan.")


class ScaleWrong(RuleBroken):
    """One to five."""

    message = N_("Kies 1 tot en met 5.")
