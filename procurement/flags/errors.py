"""What answering a flag refuses."""

from cwb.kernel.errors import Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class FlagsNotFound(NotFound):
    """No such tender, or its signals are not for this reader now."""

    message = N_(
        "Er zijn hier geen signalen te zien. De koper ziet ze na de opening, het programma pas na de gunning."
    )


class NotYourFlag(Forbidden):
    """Only a purchaser of the buyer answers."""

    message = N_("Alleen een inkoper van deze organisatie geeft een verklaring.")


class FlagNotRaised(RuleBroken):
    """There is nothing to answer."""

    message = N_("Dit signaal is er niet, of niet meer. Er is niets bewaard.")


class AnswerTooShort(RuleBroken):
    """A reason in own words."""

    message = N_("Schrijf in een of meer zinnen hoe dit komt, in ten minste %(least)s tekens.")


class AnswerTooLong(RuleBroken):
    """A reason, no report."""

    message = N_("Houd het bij ten hoogste %(most)s tekens.")


class NoLimits(NotFound):
    """The dated table has nothing for this day."""

    message = N_("Voor deze dag zijn er geen grenzen bekend.")
