"""What a change after publication refuses."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class NothingChanged(RuleBroken):
    """Everything is as it was."""

    message = N_("U veranderde niets. Er is niets gepubliceerd.")


class ReasonTooShort(RuleBroken):
    """Everybody who follows the tender reads why it changed."""

    message = N_("Schrijf waarom, in minstens %(least)s tekens. Iedereen die volgt, leest dit.")


class FrozenAtPublication(Conflict):
    """Weights, points, formula, procedure and CPV code stay (Aw 2012, art. 2.115; equal treatment)."""

    message = N_(
        "Gewichten, punten, formule, procedure en CPV-code liggen vast sinds de publicatie. "
        "Moet dit anders? Stop deze aanbesteding met de reden en publiceer een nieuwe."
    )


class DemandRaised(RuleBroken):
    """Who stayed away or already bid relied on what was published (equal treatment; CJEU C-298/15, Borta)."""

    message = N_(
        "Een eis verzwaren mag niet na publicatie. Er is niets gewijzigd. "
        "Is het echt nodig? Stop deze aanbesteding met de reden en publiceer een nieuwe."
    )


class DemandAfterSelection(Conflict):
    """Who could not meet the demand did not apply, and others were chosen since."""

    message = N_(
        "De selectie is gemaakt. Een lagere eis komt voor anderen te laat. Er is niets gewijzigd. "
        "Stop deze aanbesteding met de reden en publiceer een nieuwe."
    )


class DemandTooStrict(RuleBroken):
    """With the lower value a demand departs from advice that its published explanation did not know."""

    message = N_("Bij deze waarde is de eis “%(text)s” te streng. Verlaag die eis ook.")


class ProcedureNoLongerFits(RuleBroken):
    """The new value is too high for the procedure that was announced."""

    message = N_("Met deze waarde mag de gekozen procedure niet. Stop deze aanbesteding en begin een nieuwe.")


class TextMissing(RuleBroken):
    """What was published is not emptied."""

    message = N_("Deze tekst mag niet leeg zijn. Schrijf wat er nu geldt.")


class ValueByLots(RuleBroken):
    """The value of a divided tender is the sum of its lots, and those stay."""

    message = N_("De waarde volgt uit de percelen en ligt vast. Stop en publiceer een nieuwe.")
