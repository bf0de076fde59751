"""What a demand on bidders refuses."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class DemandNotFound(NotFound):
    """No such demand in this tender."""

    message = N_("Deze eis bestaat niet meer.")


class DemandKindUnknown(RuleBroken):
    """A kind, code or unit that the table does not have, or that do not go together."""

    message = N_("Deze soort eis kennen wij niet. Kies er een uit de lijst.")


class DemandTextMissing(RuleBroken):
    """A demand says what is asked."""

    message = N_("Schrijf wat u vraagt.")


class DemandReasonMissing(RuleBroken):
    """A demand says why it is needed for this work."""

    message = N_("Leg uit waarom dit werk deze eis nodig heeft. Een paar woorden is te weinig.")


class DemandMinimumInvalid(RuleBroken):
    """A minimum is missing, not positive, or stands where nothing is counted."""

    message = N_("Vul een minimum van meer dan nul in.")


class DemandNumberInvalid(RuleBroken):
    """How many references are asked lies between one and ten; other demands are asked once."""

    message = N_("Vraag 1 tot en met %(most)s keer ervaring.")


class DemandAboveCeiling(RuleBroken):
    """A turnover above what the law lets a buyer ask."""

    message = N_(
        "Deze omzet mag u niet vragen. Hooguit %(most)s: %(times)s keer de waarde. Verlaag het minimum."
    )


class DemandExplanationMissing(RuleBroken):
    """A demand departs from the advice without saying why."""

    message = N_(
        "Deze eis is strenger dan het advies onder aan deze bladzijde. Leg uit waarom, of verander de eis."
    )


class TooManyDemands(RuleBroken):
    """More demands than one lot may ask."""

    message = N_(
        "Een perceel heeft hooguit %(most)s eisen, die van het geheel meegeteld. Haal er eerst een weg."
    )


class DemandsOpen(RuleBroken):
    """A draft with a demand that departs from the advice of today, unexplained."""

    message = N_("Bij %(num)s eisen klopt het advies niet meer. Pas ze aan of leg uit waarom.")


class DemandTableInvalid(RuleBroken):
    """The table of the advice cannot be read."""

    message = N_("Het bestand met eisen klopt niet: %(fault)s.")
