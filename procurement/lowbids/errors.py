"""Why a price is not seen, asked about, explained or judged."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound
from cwb.kernel.text import N_


class QuestionNotFound(NotFound):
    """None, or not for this reader."""

    message = N_("Deze vraag over een prijs bestaat niet, of is niet voor u.")


class PricesHidden(Forbidden):
    """Who has, or had, a seat in the panel sees no price before the freeze."""

    message = N_(
        "U zit of zat in het team. U ziet geen prijzen tot de scores vaststaan. Een collega doet dit."
    )


class TeamFirst(Conflict):
    """Whoever sees prices judges no quality, so the panel is chosen first."""

    message = N_("Kies eerst een team van minstens %(least)s mensen. Wie prijzen ziet, kan er niet meer in.")


class NotTheBidder(Forbidden):
    """Of another organisation than the one that was asked."""

    message = N_("Deze vraag is niet aan u gesteld.")


class AskedBefore(Conflict):
    """One question per bid."""

    message = N_("Over deze prijs is al een vraag gesteld. Er is niets veranderd.")


class JudgedBefore(Conflict):
    """Judged, and waiting for a second person, or confirmed."""

    message = N_("Hierover is al beslist. Er is niets veranderd.")


class NothingToConfirm(Conflict):
    """No judgment that waits for a second person."""

    message = N_("Er is geen besluit dat op u wacht. Er is niets veranderd.")


class SamePerson(Forbidden):
    """Who judged does not confirm."""

    message = N_("U besliste dit zelf. Een collega zonder plek in het team bevestigt.")


class LowBidOpen(Conflict):
    """The freeze waits for the answer and the judgment."""

    message = N_(
        "Een inkoper wacht op uitleg van een inschrijver. De scores zijn bewaard. Leg ze later vast."
    )


class FloorUnasked(Conflict):
    """A bid that cannot pay the wage floor is asked before the scores are kept; never left, never silently refused."""

    message = N_(
        "Een inschrijving rekent te weinig voor het laagste loon. Een inkoper vraagt eerst om uitleg. "
        "De scores zijn bewaard."
    )
