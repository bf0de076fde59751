"""What can go wrong around scoring a bid anew."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class RescoringNotFound(NotFound):
    """No such request, or of another buyer: the answer is the same."""


class NotYours(Forbidden):
    """A purchaser of the buyer asks and decides."""

    message = N_("Alleen inkopers van de opdrachtgever doen dit.")


class DecidedBySamePerson(Forbidden):
    """Two people."""

    message = N_("U vroeg dit zelf. Een andere inkoper beslist. Het verzoek is bewaard.")


class AwardStands(Conflict):
    """First the decision goes, so that every bidder hears why."""

    message = N_("Over dit perceel ligt een gunningsbesluit. Trek dat eerst in, of neem de gunning terug.")


class NotRanked(RuleBroken):
    """Only a ranked bid is scored anew."""

    message = N_("Deze inschrijving staat niet in de rangorde. Kies een andere.")


class CodesMissing(RuleBroken):
    """What is wrong is named."""

    message = N_("Kies waarop de score fout is.")


class ReasonTooShort(RuleBroken):
    """Everybody who reads the file must see why."""

    message = N_("Schrijf de reden op in minstens %(least)s tekens.")


class AlreadyAsked(Conflict):
    """One at a time."""

    message = N_("Er loopt al een nieuwe beoordeling. Rond die eerst af.")


class DecidedBefore(Conflict):
    """Somebody was first."""

    message = N_("Hierover is al beslist. Er is niets veranderd.")


class NotAgreed(Conflict):
    """A second person agrees first."""

    message = N_("Een andere inkoper heeft nog niet ingestemd. Er is niets veranderd.")


class ScoresMissing(RuleBroken):
    """Every named criterion gets its points, and nothing else changes."""

    message = N_("Geef punten en een reden op elk onderdeel dat opnieuw wordt beoordeeld.")


class RescoringOpen(Conflict):
    """A decision waits."""

    message = N_("Een inschrijving wordt opnieuw beoordeeld. Rond dat eerst af, en neem dan het besluit.")
