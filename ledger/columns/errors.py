"""What can be wrong with the columns of a table."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class ColumnsUnsure(RuleBroken):
    """It is not clear which columns hold what a purchase needs."""

    message = N_(
        "Niet zeker is welke kolom dit is: %(missing)s. Kies de kolommen zelf, of geef ze een andere naam."
    )


class MarkUnclear(RuleBroken):
    """Points and commas both stand before three digits, and no amount says which of them is for cents."""

    message = N_(
        "Er staan bedragen in zoals 1.250 en zoals 1,250. Het is niet duidelijk wat duizend is en wat centen zijn. "
        "Kies het teken voor de centen, of verbeter het bestand."
    )


class BandInTwoColumns(RuleBroken):
    """The lower and the upper bound of a class of amounts, each in a column of its own, and no amount."""

    message = N_(
        "De bedragen staan als klasse in twee kolommen: “%(low)s” en “%(high)s”. Een klasse is geen bedrag van een "
        "aankoop. Vraag om een bestand met per factuur het bedrag zonder btw. Wilt u alleen het deel lokaal weten? "
        "Dat rekent cwb spend bounds uit, met beide grenzen. Er is niets opgeslagen."
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
