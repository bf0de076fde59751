"""What the fund refuses."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class FundTooSmall(RuleBroken):
    """More is asked than the fund holds."""

    message = N_("In het fonds zit nu %(there)s. Er is niets betaald.")
