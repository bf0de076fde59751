"""Why a repair is not asked, answered or decided."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class RepairNotFound(NotFound):
    """None, or not for this reader."""

    message = N_("Dit verzoek om herstel bestaat niet, of is niet voor u.")


class NotTheBidder(Forbidden):
    """Of another organisation than the one that was asked."""

    message = N_("Dit verzoek is niet aan u gericht.")


class SamePerson(Forbidden):
    """Who asked does not decide."""

    message = N_("U vroeg dit zelf. Een collega zonder plek in het team beslist.")


class NobodyAsked(RuleBroken):
    """A request goes to somebody."""

    message = N_("Kies minstens één inschrijver.")


class BidderUnknown(RuleBroken):
    """Out, damaged, of another tender, or asked before: all points go into one request (CJEU C-599/10)."""

    message = N_("Deze inschrijver is al gevraagd, of doet niet mee. Kies alleen wie in de lijst staat.")


class AboutMissing(RuleBroken):
    """What is missing or unclear."""

    message = N_("Kies waar het over gaat.")


class NothingLacking(RuleBroken):
    """Of what is asked, this bidder has everything."""

    message = N_("Bij %(name)s ontbreekt niets van wat u koos. Haal het vinkje weg.")


class LeftOut(RuleBroken):
    """Everybody in the same position gets the same chance (CJEU C-336/12)."""

    message = N_("Ook bij %(names)s ontbreekt dit. Vraag het ook daar, of schrijf waarom niet.")


class DocumentsExclude(RuleBroken):
    """Where the documents exclude whoever lacks it, nothing is made up (CJEU C-42/13)."""

    message = N_("Staat in de stukken dat dit tot uitsluiting leidt? Dan mag herstel niet.")


class DecidedBefore(Conflict):
    """A decision is given once."""

    message = N_("Hierover is al beslist. Er is niets veranderd.")


class OtherBid(RuleBroken):
    """A repair never makes another bid (CJEU C-599/10)."""

    message = N_("Verandert de inschrijving, dan mag u dit niet aannemen. Kies “niet aanvaard”.")


class NotFromBefore(RuleBroken):
    """A paper that is made up is from before the closing (CJEU C-336/12)."""

    message = N_("Is het stuk niet van vóór de sluiting, dan mag u dit niet aannemen. Kies “niet aanvaard”.")


class NoAnswer(RuleBroken):
    """Nothing came."""

    message = N_("Er kwam geen antwoord. U kunt dit niet aannemen.")


class FileTooLarge(RuleBroken):
    """A formal paper is small."""

    message = N_("Het bestand is te groot. Hoogstens %(most)s MB. Uw tekst staat er nog.")


class RepairOpen(Conflict):
    """The freeze waits for the answer and the decision."""

    message = N_(
        "Een inkoper wacht op een stuk van een inschrijver. De scores zijn bewaard. Leg ze later vast."
    )
