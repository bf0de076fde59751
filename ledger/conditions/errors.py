"""Refusals around the conditions of local money. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class VersionUnknown(NotFound):
    """No such version."""

    message = N_("Deze regels zijn er niet.")


class NobodyAccepts(RuleBroken):
    """Accepted by no group."""

    message = N_("Kies minstens één groep die het geld aanneemt.")


class GroupUnfit(RuleBroken):
    """A group that has no wallet of this instrument."""

    message = N_("Bewoners hebben dit geld niet. Kies alleen organisaties.")


class OutOfBounds(RuleBroken):
    """A number outside what the rules of the house, or the law, leave open."""

    message = N_("Kies een getal van %(least)s tot en met %(most)s.")


class NotForMutual(RuleBroken):
    """Mutual credit has no fee, no charge on what lies still, and nothing lapses."""

    message = N_("Bij krediet hoort geen kost en geen verval. Zet dit op nul.")


class TooSoon(RuleBroken):
    """The first day lies closer than the days of notice."""

    message = N_("Kies een dag vanaf %(first)s. Iedereen weet het dan op tijd.")


class BeforeAnother(RuleBroken):
    """Adopted rules begin on that day or later."""

    message = N_("Er zijn al regels vastgesteld die later beginnen. Kies een latere dag.")


class AlreadyAdopted(Conflict):
    """An adopted version never changes."""

    message = N_("Deze regels zijn al vastgesteld. Er is niets veranderd.")


class VoteLost(RuleBroken):
    """No more voices for than against."""

    message = N_("Er zijn niet meer stemmen voor dan tegen. Deze regels gaan niet door.")


class VoteInFuture(RuleBroken):
    """The vote is dated after today."""

    message = N_("Deze dag is nog niet geweest.")


class VoteThere(Conflict):
    """The vote was written down."""

    message = N_("De stemming staat er al. Er is niets veranderd.")


class NoVote(RuleBroken):
    """No vote was written down."""

    message = N_("Schrijf eerst op wat de leden stemden. Er is niets vastgesteld.")


class NoEffect(RuleBroken):
    """What it does was not worked out."""

    message = N_("Reken eerst uit wat deze regels doen. Er is niets vastgesteld.")


class BooksChanged(RuleBroken):
    """The books of that quarter, or the last quarter, are no more what the effect was worked out on."""

    message = N_("De boeken zijn veranderd sinds de berekening. Reken opnieuw. Er is niets vastgesteld.")


class SecondAdopts(RuleBroken):
    """Who proposed it, or wrote the vote down, does not adopt it."""

    message = N_("U schreef dit zelf op. Een ander stelt het vast.")


class NotAccepted(RuleBroken):
    """The payee's group does not accept this money now."""

    message = N_("Hier neemt deze ontvanger dit geld niet aan. Er is niets betaald.")


class PriceNeeded(RuleBroken):
    """A part is accepted, of a price that was not told."""

    message = N_("De ander neemt een deel in dit geld aan. Vul in wat alles samen kost.")


class ShareTooLarge(RuleBroken):
    """More than the part that is accepted."""

    message = N_("In dit geld kan hoogstens %(most)s. De rest betaalt u in euro’s. Er is niets betaald.")


class PriceTooSmall(RuleBroken):
    """More is paid than all costs together."""

    message = N_("U betaalt meer dan alles samen kost. Er is niets betaald.")
