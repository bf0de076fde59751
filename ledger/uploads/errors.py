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
    """More rows than a page takes; the command takes them."""

    message = N_("Dit bestand heeft meer dan %(most)s regels. Er is niets opgeslagen. Splits het.")
