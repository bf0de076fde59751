"""What can go wrong around the end of a contract."""

from cwb.kernel.errors import Conflict, Forbidden, RuleBroken
from cwb.kernel.text import N_


class NotYours(Forbidden):
    """The buyer plans what follows."""

    message = N_("Alleen een inkoper van de koper plant wat na een contract komt.")


class NotEnding(Conflict):
    """There is no alert for it, or it was dealt with."""

    message = N_("Dit contract loopt nog niet af, of dit is al geregeld. Er is niets dubbel gedaan.")


class MonthsWrong(RuleBroken):
    """How long before the end."""

    message = N_("Kies 1 tot en met %(most)s maanden.")


class ReasonTooShort(RuleBroken):
    """Nothing follows: says why."""

    message = N_("Schrijf op waarom er niets nieuws nodig is. Minstens %(least)s tekens.")
