"""Why nothing was measured."""

from cwb.kernel.errors import NotFound
from cwb.kernel.text import N_


class BenchUnknown(NotFound):
    """No feature offers this benchmark."""

    message = N_("Deze meting is er niet: %(name)s. Kies uit: %(known)s, all.")


class NoCheckout(NotFound):
    """Benchmarks are not installed with the packages."""

    message = N_("De metingen staan alleen in een kopie van de broncode, niet in een installatie.")


class PagesNotThere(NotFound):
    """A page, or signing in for it, gave no answer: then nothing is measured."""

    message = N_(
        "Deze pagina’s gaven geen antwoord: %(names)s. Er is niets gemeten. Kijk met “cwb demo” of zij er staan. "
        "Of meet met een lege datamap (CWB_DATA): dan komt er een nieuwe demo."
    )
