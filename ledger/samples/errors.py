"""What stands in the way of a sample."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class SampleUnknown(NotFound):
    """No such sample or line of it."""

    message = N_("Deze steekproef is er niet.")


class SeedTooShort(RuleBroken):
    """A seed that could be tried out."""

    message = N_("Schrijf minstens 8 letters of cijfers. Gooi bijvoorbeeld met een dobbelsteen.")


class SizeInvalid(RuleBroken):
    """No lines, more than a person looks at, or more than there are."""

    message = N_("Kies van 1 tot en met %(most)s regels.")


class MethodUnknown(RuleBroken):
    """No way of drawing."""

    message = N_("Kies een manier uit de lijst.")


class PopulationDiffers(RuleBroken):
    """The lines of then do not add up to what was published."""

    message = N_(
        "De regels van toen tellen niet op tot het gepubliceerde bedrag: %(found)s in plaats van %(published)s. "
        "Er is niets getrokken. Meld dit bij de beheerder."
    )


class Drawn(Conflict):
    """A sample is drawn once."""

    message = N_("Deze steekproef is al getrokken. De regels staan hieronder.")


class FindingUnknown(RuleBroken):
    """No finding of the list."""

    message = N_("Kies wat u vond.")


class RightAmountMissing(RuleBroken):
    """A wrong amount without the right one, or the other way round."""

    message = N_("Vul het juiste bedrag in als het bedrag fout is, en alleen dan.")


class RightAmountSame(RuleBroken):
    """The amount that is said to be right is the one that was booked."""

    message = N_("Dit bedrag is al geboekt. Klopt het? Kies dan “klopt”.")


class PopulationUnreadable(RuleBroken):
    """A file that is no list of lines with amounts."""

    message = N_("%(file)s is geen lijst met regels en bedragen: regel %(line)s")
