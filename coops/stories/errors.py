"""What stories refuse."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class StoryNotFound(NotFound):
    """No such story, or its teller took it back, or it is not public and not yours."""

    message = N_("Dit verhaal is er niet, of de verteller nam het terug.")


class StoryTextMissing(RuleBroken):
    """A story has a title, a text and the name that its teller chose."""

    message = N_("Vul dit in.")


class StoryTooShort(RuleBroken):
    """A few sentences at least."""

    message = N_("Vertel iets meer, een paar zinnen.")


class ConsentMissing(RuleBroken):
    """Nothing is published without the teller's yes."""

    message = N_("Zet een vinkje als wij dit openbaar mogen maken. Zonder uw ja doen wij niets.")


class OwnStory(Forbidden):
    """A second person reads it before it is public."""

    message = N_("Dit is uw eigen verhaal. Vraag een collega om het te lezen.")


class StoryPublic(Conflict):
    """It is public: what people read does not change in silence."""

    message = N_("Dit verhaal is al openbaar. Neem het terug en schrijf een nieuw verhaal.")


class TooManyStories(RuleBroken):
    """As many as one person tells."""

    message = N_("U vertelde al %(most)s verhalen. Neem er eerst een terug.")
