"""What stands in the way of a document."""

from cwb.kernel.errors import Unavailable
from cwb.kernel.text import N_


class DocumentsNotReady(Unavailable):
    """The fonts of printed documents were not built."""

    message = N_(
        "Een PDF maken kan nu niet: de lettertypen ontbreken. De gegevens staan nog gewoon op de pagina. "
        "De beheerder herstelt dit met de opdracht “cwb assets”."
    )
