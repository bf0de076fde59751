"""What can be wrong with an answer to a question about money."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class FlagGone(NotFound):
    """Nothing of that kind stands out any more."""

    message = N_("Dit valt niet meer op in deze periode. Er is niets op te schrijven.")


class OutcomeInvalid(RuleBroken):
    """An outcome that is none of the list."""

    message = N_("Kies wat eruit kwam.")
