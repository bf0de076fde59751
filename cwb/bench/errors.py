"""Why nothing was measured."""

from cwb.kernel.errors import NotFound
from cwb.kernel.text import N_


class BenchUnknown(NotFound):
    """No feature offers this benchmark."""

    message = N_("Deze meting is er niet: %(name)s. Kies uit: %(known)s, all.")


class NoCheckout(NotFound):
    """Benchmarks are not installed with the packages."""

    message = N_("De metingen staan alleen in een kopie van de broncode, niet in een installatie.")
