"""Why a plan is not made or changed, and why an invoice of it waits."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class PlanNotFound(NotFound):
    """No such plan, or another seller's."""

    message = N_("Deze terugkerende factuur bestaat niet, of u mag haar niet zien.")


class DayWrong(RuleBroken):
    """A day of the month from 1 to 31."""

    message = N_("Kies een dag van 1 tot en met 30, of de laatste dag.")


class BeginsTooFar(RuleBroken):
    """A plan that begins further away than people plan, or so long ago that old work would be invoiced anew."""

    message = N_("Kies een eerste maand die hooguit een jaar van nu ligt.")


class EndsTooEarly(RuleBroken):
    """A last day before the first period."""

    message = N_("De laatste dag ligt voor de eerste maand.")


class MarkUnknown(RuleBroken):
    """A mark between braces that stands for nothing."""

    message = N_("%(mark)s kennen wij niet. Kies uit {maand}, {kwartaal}, {jaar}, {van} en {tot}.")


class NothingComesBack(RuleBroken):
    """Hours and pieces differ each time, so they are not invoiced without looking."""

    message = N_("In deze overeenkomst staat niets per termijn, maand of jaar. Maak deze factuur zelf.")


class ChangeTooLate(RuleBroken):
    """A change for periods of which the invoice is there already."""

    message = N_("Voor deze dag is de factuur er al. Kies %(first)s of later.")


class PlanEnded(Conflict):
    """A plan that was ended goes on no more."""

    message = N_("Deze terugkerende factuur is gestopt op %(on)s. Maak een nieuwe.")


class PlanPaused(Conflict):
    """A plan that stands still already, or runs already."""

    message = N_("Een collega was u voor. Kijk opnieuw hoe het ervoor staat.")


class NotWaiting(Conflict):
    """An invoice of a period that does not wait any more."""

    message = N_("Deze periode wacht niet meer. Een collega was u voor.")


class CeilingReached(Conflict):
    """Nothing is left of what was agreed."""

    message = N_("Van de overeenkomst is niets meer over om te factureren.")


class AgreementOver(Conflict):
    """A period outside the term of the agreement."""

    message = N_("De overeenkomst liep tot en met %(on)s. Deze periode valt erbuiten.")


class BooksClosed(Conflict):
    """A period that the seller has closed in its books: a person decides whether it is invoiced still."""

    message = N_("Uw boeken van deze periode zijn afgesloten. Kijk of de factuur nog moet.")


class SenderGone(Conflict):
    """Who let the plan send by itself works there no more."""

    message = N_("Wie liet versturen zonder te kijken, werkt hier niet meer. Kijk zelf, en verstuur.")
