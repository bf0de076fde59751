"""What can be wrong with an XML file."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_
from ledger.tables.errors import FileUnreadable


class XmlBroken(FileUnreadable):
    """It is no whole XML."""

    message = N_(
        "De XML breekt af of klopt niet, op regel %(row)s. Is het bestand heel? Er is niets opgeslagen."
    )


class XmlDangerous(FileUnreadable):
    """It has a DOCTYPE, which could name other files, or is nested beyond sense."""

    message = N_("Deze XML bevat iets dat gevaarlijk kan zijn (DOCTYPE). Er is niets opgeslagen.")


class XmlUnknown(FileUnreadable):
    """XML that is neither XAF nor UBL nor camt.053."""

    message = N_("Deze XML is geen XAF, UBL of CAMT.053. Er is niets opgeslagen.")


class DeclaredTotalDiffers(RuleBroken):
    """The file says other totals than its lines make."""

    message = N_(
        "Het bestand noemt %(declared)s als totaal, de regels maken samen %(found)s. Er is niets opgeslagen."
    )


class FileNotInEuro(RuleBroken):
    """Books in another currency."""

    message = N_("Dit bestand is niet in euro. Reken de bedragen eerst om. Er is niets opgeslagen.")


class TooManyPapers(FileUnreadable):
    """More files at once than are read."""

    message = N_("Dit zijn meer dan %(most)s bestanden. Lever ze in delen aan. Er is niets opgeslagen.")


class PaperLeftOut(RuleBroken):
    """A file among several that is no invoice."""

    message = N_("“%(file)s” telt niet mee: het is geen factuur in UBL.")


class PaperBroken(PaperLeftOut):
    """It is no whole XML."""

    message = N_("“%(file)s” telt niet mee: de XML breekt af of klopt niet, op regel %(row)s.")


class PaperDangerous(PaperLeftOut):
    """It could name other files, or is nested beyond sense."""

    message = N_("“%(file)s” telt niet mee: er zit iets in dat gevaarlijk kan zijn (DOCTYPE).")


class PaperTotalDiffers(PaperLeftOut):
    """It says another total than its lines make."""

    message = N_(
        "“%(file)s” telt niet mee: het noemt %(declared)s als totaal, de regels maken samen %(found)s."
    )
