"""What makes a file unreadable."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class FileUnreadable(RuleBroken):
    """It cannot be read at all."""

    message = N_("Dit bestand is niet te lezen. Er is niets opgeslagen.")


class FileNotText(FileUnreadable):
    """No text, no spreadsheet and no known XML."""

    message = N_(
        "Dit is geen tabel die wij kennen. Er is niets opgeslagen. Kies CSV, Excel, ODS, XAF of UBL."
    )


class FileOfBank(FileUnreadable):
    """A statement of a bank in the old layout MT940: no invoices, and amounts with VAT."""

    message = N_(
        "Dit is een afschrift van de bank (MT940). Daarin staan betalingen met btw, geen facturen. Er is niets "
        "opgeslagen. Kies de inkoopfacturen uit uw boekhouding: CSV, Excel, ODS, XAF of UBL. Een afschrift leest u in "
        "bij “Bank”."
    )


class SheetOld(FileUnreadable):
    """A spreadsheet of the old kind, or one locked with a password: both come in the same wrapping."""

    message = N_(
        "Dit is een oud Excel-bestand (.xls), of het heeft een wachtwoord. Er is niets opgeslagen. "
        "Bewaar het in Excel als .xlsx, zonder wachtwoord."
    )


class FileEmpty(FileUnreadable):
    """Nothing in it."""

    message = N_("Dit bestand is leeg. Er is niets opgeslagen.")


class QuoteOpen(FileUnreadable):
    """A quotation mark that is never closed: half a file, or a stray mark."""

    message = N_(
        "Het aanhalingsteken op regel %(row)s sluit nergens. Is het bestand heel? Er is niets opgeslagen."
    )


class FileTooWide(FileUnreadable):
    """A cell or row larger than a table has."""

    message = N_("Regel %(row)s is te lang voor een tabel. Er is niets opgeslagen.")


class SheetUnreadable(FileUnreadable):
    """A spreadsheet whose inside is not what spreadsheets hold."""

    message = N_("Dit rekenblad is niet te lezen. Bewaar het opnieuw. Er is niets opgeslagen.")


class SheetLeftOut(RuleBroken):
    """A sheet of a workbook that is not read."""

    message = N_("Blad “%(sheet)s” is niet gelezen: het heeft geen tabel met bedragen.")


class SheetOtherColumns(SheetLeftOut):
    """It holds a table, with other columns than the one that is read."""

    message = N_(
        "Blad “%(sheet)s” is niet gelezen: het heeft andere kolommen. Bewaar dat blad als een eigen bestand en lever "
        "het apart aan."
    )


class SheetHidden(SheetLeftOut):
    """It was hidden by whoever made the workbook."""

    message = N_(
        "Blad “%(sheet)s” is niet gelezen: het is verborgen. Horen de regels erbij? Maak het zichtbaar en lever het "
        "bestand opnieuw aan."
    )


class SheetBeyond(SheetLeftOut):
    """More sheets than are read."""

    message = N_("Blad “%(sheet)s” is niet gelezen: wij lezen hooguit %(most)s bladen.")
