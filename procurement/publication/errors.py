"""What publication refuses."""

from cwb.kernel.errors import NotFound
from cwb.kernel.text import N_


class NothingPublished(NotFound):
    """No release is there yet: of this tender, or at all."""

    message = N_("Hierover is nog niets gepubliceerd. Open data begint bij de publicatie van een opdracht.")
