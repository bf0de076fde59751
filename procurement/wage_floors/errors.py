"""What is refused around wage floors."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class FloorTooLow(RuleBroken):
    """A floor below what the law asks."""

    message = N_("Dit is lager dan het wettelijk minimumloon van %(least)s euro per uur.")


class FloorTooHigh(RuleBroken):
    """A typing error, most likely."""

    message = N_("Dit is meer dan %(most)s euro per uur. Kijk het bedrag na.")


class FloorBelowFramework(RuleBroken):
    """Whoever joined the framework bid with its floor; a competition under it asks no less."""

    message = N_("De raamovereenkomst vraagt minstens %(least)s euro per uur. Lager kan hier niet.")


class FloorWithdrawn(RuleBroken):
    """Bids reckon with a floor: it may be another, but it does not go."""

    message = N_("Er geldt al een ondergrens. Zij mag anders worden, maar niet vervallen.")


class CaoIncomplete(RuleBroken):
    """A name belongs to its days."""

    message = N_("Vul de naam van de cao in, en van wanneer tot wanneer zij voor iedereen geldt.")


class CaoDaysWrong(RuleBroken):
    """Ends before it begins."""

    message = N_("De laatste dag komt na de eerste dag.")
