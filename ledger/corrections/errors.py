"""What may be wrong with a file whose lines are asked for."""

from cwb.kernel.errors import NotFound
from cwb.kernel.text import N_


class FileUnknown(NotFound):
    """No such file was booked, or one of another anchor."""

    message = N_("Dit bestand bestaat niet, of u mag het niet zien.")
