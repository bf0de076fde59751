"""What checking an address refuses."""

from cwb.kernel.errors import Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class PersonUnknown(RuleBroken):
    """Nobody signs in with this address."""

    message = N_("Niemand logt hier in met dit e-mailadres.")


class ResidentUnknown(NotFound):
    """No such person."""

    message = N_("Deze persoon is er niet.")


class OwnAddress(Forbidden):
    """Somebody else checks where one lives."""

    message = N_("Uw eigen adres kijkt een ander na.")
