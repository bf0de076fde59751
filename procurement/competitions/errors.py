"""What can go wrong around a mini-competition."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class NotAllInvited(Conflict):
    """All parties that can perform are asked in writing (Directive 2014/24, art. 33, 5a); here: every party."""

    message = N_(
        "Bij een mini-competitie zijn alle partijen van de raamovereenkomst uitgenodigd. Vul de lijst aan."
    )


class CompetitionChanged(Conflict):
    """The tender is no longer a competition under its framework."""

    message = N_("Dit concept hoort bij een raamovereenkomst. Kies weer de mini-competitie als procedure.")


class BeginsTooSoon(RuleBroken):
    """Nobody can begin before the bids are in."""

    message = N_(
        "De opdracht begint pas na de sluiting van de mini-competitie op %(closes_on)s. Kies een latere dag."
    )


class OneOrder(Conflict):
    """A competition is for one order (Directive 2014/24, art. 33, 5): no lots, and no framework under a framework."""

    message = N_(
        "Een mini-competitie is voor één opdracht, zonder percelen en zonder eigen raamovereenkomst. Er is niets "
        "veranderd. Houd er nog een voor het andere deel."
    )


class NotTheParty(RuleBroken):
    """Only parties of a framework compete for its orders, each as it is (Directive 2014/24, art. 33, 2)."""

    message = N_(
        "Alleen partijen van de raamovereenkomst doen mee. Uw concept is bewaard, er is niets ingediend."
    )


class PartyDiffers(RuleBroken):
    """A combination that is party to a framework bids as that combination."""

    message = N_(
        "In de raamovereenkomst bent u samen één partij: %(names)s. Schrijf samen met precies hen in. Uw concept is "
        "bewaard, er is niets ingediend. Nodig hen uit bij “Samen inschrijven”."
    )
