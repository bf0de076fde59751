"""What can be wrong with files that wait, and with saved mappings."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class UploadUnknown(NotFound):
    """No such file waits, or it waits for somebody else."""

    message = N_("Dit bestand wacht niet meer. Kies het opnieuw.")


class ProfileUnknown(NotFound):
    """This anchor saved no mapping of that name."""

    message = N_("Deze koper heeft geen indeling met de naam “%(name)s”.")


class ProfileNameInvalid(RuleBroken):
    """No name for a mapping, or a long one."""

    message = N_("Geef de indeling een naam van hooguit 60 tekens.")


class FileTooLong(RuleBroken):
    """More rows than a page reads while one waits; the worker takes them."""

    message = N_("Dit bestand heeft meer dan %(most)s regels. Wij lezen het op de achtergrond.")


class PartRead(RuleBroken):
    """Only the beginning of a file was read: that is looked at, never booked."""

    message = N_("Dit bestand is te groot om meteen op te slaan. Laat het eerst op de achtergrond lezen.")


class StatementNoLedger(RuleBroken):
    """Payments from a bank, VAT included: they explain a ledger and are not booked as one."""

    message = N_(
        "Dit is een afschrift van de bank (CAMT.053). Daarin staan betalingen met btw, geen facturen. Er is niets "
        "opgeslagen. Lees het in bij “Bank”. Bij “Van grootboek naar cijfer” staan de betalingen dan naast uw regels."
    )


class TooManyWaiting(RuleBroken):
    """A person has so many files waiting that another is not kept."""

    message = N_(
        "Er wachten al %(most)s bestanden van u. Sla er een op of gooi er een weg. Dan past dit erbij."
    )


class NothingWaits(RuleBroken):
    """No file waits that could be thrown away: they were saved or thrown away, or the worker is busy with them."""

    message = N_("Er wacht niets dat weg kan.")


class RunUnknown(NotFound):
    """No such work, or it is somebody else's."""

    message = N_("Dit werk is er niet.")


class ImportUnknown(NotFound):
    """No such file was booked, or it is somebody else's."""

    message = N_("Dit bestand is er niet.")


class ImportsAlike(RuleBroken):
    """Several files that stand have this checksum."""

    message = N_("Meer bestanden hebben dit controlegetal: %(ids)s. Noem er een.")


class FileStillUsed(RuleBroken):
    """A file that the worker is busy with is not thrown away."""

    message = N_("Dit bestand wordt net gelezen of opgeslagen. Wacht tot dat klaar is.")


class BrokeOff(RuleBroken):
    """The work broke off as often as it is tried."""

    message = N_(
        "Het werk brak %(tries)s keer af. Er is niets opgeslagen. Probeer het later opnieuw, of meld het ons."
    )
