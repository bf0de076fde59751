"""Broken rules of the micro-alliances."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class WijkUnknown(NotFound):
    """The area has no such wijk."""


class PostNotFound(NotFound):
    """No such item or promise, or not for this reader."""


class MeetingNotFound(NotFound):
    """No such date."""


class PostTextMissing(RuleBroken):
    """A title or text without words."""

    message = N_("Schrijf het in een paar woorden.")


class PromiserMissing(RuleBroken):
    """A promise of nobody."""

    message = N_("Schrijf wie het beloofde. Een organisatie, geen persoon.")


class TooManyPosts(RuleBroken):
    """More than one person may have open at once."""

    message = N_("U hebt er al %(most)s die nog wachten. Er is niets bewaard. Wacht op een antwoord.")


class NotNamed(Forbidden):
    """Only people of the organisation that a promise names reply to it."""

    message = N_("Alleen wie in deze belofte genoemd is, kan reageren. Er is niets veranderd.")


class RepliedBefore(Conflict):
    """One reply to a promise."""

    message = N_("Uw organisatie reageerde al. Er is niets veranderd.")


class OwnPost(RuleBroken):
    """Reading or answering one's own."""

    message = N_("U zette dit er zelf op. Een ander leest en beantwoordt het.")


class OwnSupport(RuleBroken):
    """Supporting one's own."""

    message = N_("U zette dit er zelf op. Dat telt al.")


class PostSettled(Conflict):
    """Published, answered or removed meanwhile."""

    message = N_("Hier was al over besloten. Er is niets veranderd.")


class ReasonMissing(RuleBroken):
    """An answer or a removal without a reason."""

    message = N_("Schrijf de reden. De mensen uit de wijk lezen die.")


class DayInvalid(RuleBroken):
    """A date in the past, or far away."""

    message = N_("Kies een moment vanaf nu, hooguit een jaar vooruit.")


class PlaceMissing(RuleBroken):
    """A date without a place to meet."""

    message = N_("Schrijf waar u elkaar ziet.")


class MeetingOver(Conflict):
    """Cancelled before, or past."""

    message = N_("Deze bijeenkomst is al geweest of afgezegd. Er is niets veranderd.")
