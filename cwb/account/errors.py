"""Broken rules of registering and of one's own account."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class StepMissing(RuleBroken):
    """A later page of registering before an earlier one."""

    message = N_("Vul eerst de vorige pagina's in.")


class OrganisationNotYours(RuleBroken):
    """Acting for an organisation without a mandate there."""

    message = N_("U heeft geen rol bij deze organisatie.")
