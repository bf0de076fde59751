"""Why nothing is asked ahead, or settled."""

from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.text import N_


class AheadWrong(RuleBroken):
    """No amount and no percentage, or both."""

    message = N_("Vul een percentage in, of een bedrag. Niet allebei.")


class AheadAboveAgreement(RuleBroken):
    """Together with what was asked or invoiced before, more than the supplier's part."""

    message = N_("Dit is meer dan er nog te factureren is. U kunt nog %(left)s vragen.")


class NothingToSettle(Conflict):
    """Nothing was asked ahead that is approved and not yet settled."""

    message = N_(
        "Er is geen voorschot meer om te verrekenen, of het past niet bij het btw-tarief van deze factuur."
    )


class SettledMeanwhile(Conflict):
    """Somebody settled or credited it a moment ago."""

    message = N_("Het voorschot is intussen al verrekend of teruggenomen. Kijk de factuur opnieuw na.")
