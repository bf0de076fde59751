"""What can go wrong around a saved interest."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class InterestNotFound(NotFound):
    """None, of somebody else, or stopped and gone: the answer is the same."""


class NameMissing(RuleBroken):
    """A saved interest has a name to know it by."""

    message = N_("Geef de zoekopdracht een naam.")


class CpvGroupInvalid(RuleBroken):
    """Two to eight digits each."""

    message = N_("%(text)s is geen CPV-groep. Gebruik 2 tot en met 8 cijfers, met komma's ertussen.")


class ValueReversed(RuleBroken):
    """The upper bound is not below the lower one."""

    message = N_("Het hoogste bedrag ligt onder het laagste.")


class TooMany(RuleBroken):
    """Enough is enough."""

    message = N_("U hebt al %(most)s zoekopdrachten. Verwijder er eerst een.")
