"""What a vote refuses."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class VoteNotOpen(Conflict):
    """Voting on this motion has not begun, or is over."""

    message = N_("Over dit voorstel kunt u nu niet stemmen. Er is niets geteld.")


class VoteOpenedBefore(Conflict):
    """A vote opens once."""

    message = N_("Deze stemming was al geopend.")


class VotedBefore(Conflict):
    """One member, one vote."""

    message = N_("Er is al gestemd voor dit lid. Er is niets dubbel geteld.")


class NotHere(RuleBroken):
    """Who votes is there, or is represented by who is."""

    message = N_("Zeg eerst dat u er bent, of laat het bestuur u aantekenen.")


class NotYours(RuleBroken):
    """A vote for another without a proxy."""

    message = N_("Voor dit lid hebt u geen volmacht.")


class ChoiceMissing(RuleBroken):
    """A vote says for, against or abstains."""

    message = N_("Kies voor, tegen of onthouding.")


class CountDiffers(RuleBroken):
    """The room counts as many votes as there are people ticked."""

    message = N_("U telt %(counted)s stemmen, maar kiest %(people)s mensen. Tel opnieuw. Er is niets geteld.")
