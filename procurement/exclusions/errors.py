"""What can be wrong with an exclusion."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class ExclusionUnfounded(RuleBroken):
    """An exclusion needs a reason and a term."""

    message = N_("Schrijf de reden van de uitsluiting. De einddatum ligt na de begindatum.")
