"""What can be wrong with the columns of a table."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class ColumnsUnsure(RuleBroken):
    """It is not clear which columns hold what a purchase needs."""

    message = N_(
        "Niet zeker is welke kolom dit is: %(missing)s. Kies de kolommen zelf, of geef ze een andere naam."
    )


class ColumnUnknown(RuleBroken):
    """A mapping names a column that the file has not, or a field that does not exist."""

    message = N_("Deze kolom of dit veld is er niet: %(name)s.")


class ColumnTwice(RuleBroken):
    """One column for two fields."""

    message = N_("Deze kolom is voor twee velden gekozen: %(name)s.")


class MappingInvalid(RuleBroken):
    """A stored mapping that cannot be one."""

    message = N_("Deze indeling van kolommen klopt niet.")
