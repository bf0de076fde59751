"""What can go wrong around a framework agreement and its call-offs."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class CallOffNotFound(NotFound):
    """No such framework or call-off, or not yours to see: the answer is the same."""


class NotYourFramework(Forbidden):
    """A framework is its parties' own."""

    message = N_("Alleen een inkoper van de koper en een bestuurder van de leverancier doen dit.")


class NoFramework(Conflict):
    """The contract is no signed framework agreement."""

    message = N_("Dit is geen getekende raamovereenkomst. Er is niets veranderd.")


class FrameworkFull(RuleBroken):
    """The stated maximum would be passed (CJEU C-23/20, Simonsen & Weel)."""

    message = N_(
        "Dit past niet meer. Het maximum is %(most)s, en er is nog %(left)s over. Er is niets geplaatst. "
        "Boven het maximum heeft de raamovereenkomst geen kracht meer (HvJ EU C-23/20). "
        "Plaats een kleinere opdracht, of begin een nieuwe aanbesteding."
    )


class RuleNotPublished(Conflict):
    """Several parties, and the tender said nothing about who gets an order."""

    message = N_("De stukken noemen geen verdeelregel. Houd een mini-competitie.")


class RuleFrozen(Conflict):
    """What was published stays."""

    message = N_("De regel staat vast sinds de publicatie. Er is niets veranderd.")


class OutsideTerm(RuleBroken):
    """A call-off begins within the term of the framework."""

    message = N_("De opdracht begint binnen de raamovereenkomst: van %(starts_on)s tot en met %(ends_on)s.")


class TermReversed(RuleBroken):
    """It ends on or after its first day."""

    message = N_("De einddatum ligt voor de begindatum.")


class NothingOrdered(RuleBroken):
    """No quantity was filled in."""

    message = N_("Vul bij minstens één regel een aantal in.")


class QuantityInvalid(RuleBroken):
    """A quantity is above zero, with at most four decimals."""

    message = N_("Een aantal is hoger dan nul, met hooguit vier cijfers achter de komma.")


class PartyUnknown(RuleBroken):
    """Not a party of this framework."""

    message = N_("Kies een leverancier van deze raamovereenkomst.")


class AnsweredBefore(Conflict):
    """It was answered, or taken back."""

    message = N_("Deze opdracht wacht niet meer op antwoord. Er is niets dubbel gedaan.")


class DeclineReasonMissing(RuleBroken):
    """A refusal has a reason."""

    message = N_("Schrijf waarom. Dan weet de koper waar hij aan toe is.")


class PartyThere(Conflict):
    """Each supplier takes part once."""

    message = N_("Deze leverancier staat er al bij. Er is niets dubbel gedaan.")


class SingleParty(Conflict):
    """The tender was for one party."""

    message = N_("Deze raamovereenkomst is met één partij gesloten. U bestelt bij die partij.")


class TooFewParties(Conflict):
    """A competition needs several."""

    message = N_("Een mini-competitie vraagt minstens twee leveranciers die meedoen.")


class NothingToAddTo(Conflict):
    """Only an order that its supplier accepted can be added to; an addition has none of its own."""

    message = N_(
        "U kunt alleen een aangenomen opdracht aanvullen. Er is niets geplaatst. Plaats een nieuwe opdracht."
    )


class ChangeBeyondMaximum(RuleBroken):
    """Changes count in the maximum too (CJEU C-23/20). A supplier reads it as well: the room left stays unsaid."""

    message = N_(
        "Deze wijziging past niet onder het maximum van de raamovereenkomst: %(most)s. Er is niets veranderd. "
        "De koper maakt haar kleiner, of begint een nieuwe aanbesteding."
    )


class SignedAlready(Conflict):
    """Who signed takes part, or waits for the others."""

    message = N_("U tekende al, of uw antwoord is al bekend. Er is niets veranderd. Bel de koper.")


class WinnersOnly(Conflict):
    """The award said who takes part."""

    message = N_("Het gunningsbesluit noemt alle partijen. Zij zijn al uitgenodigd. Er is niets veranderd.")


class AdditionTooLarge(RuleBroken):
    """With several parties, what is added to an order stays small."""

    message = N_(
        "Een aanvulling is hooguit %(percent)s procent van de opdracht. U kunt nog %(left)s toevoegen. "
        "Er is niets geplaatst. Plaats voor meer een nieuwe opdracht."
    )


class ConditionsMissing(RuleBroken):
    """Directive 2014/24, art. 33, paragraph 4a: objective conditions for who performs, in the documents."""

    message = N_("Schrijf volgens welke voorwaarden u kiest. Zij staan vooraf vast voor iedereen.")


class OutcomeUnknown(RuleBroken):
    """Before the bids nobody won; after them it is known who did."""

    message = N_("Dit kunt u nu nog niet weten. Kies wat u vandaag weet.")
