"""Broken rules of the sums per quarter."""

from cwb.kernel.errors import NotFound
from cwb.kernel.text import N_


class NotWholeQuarters(NotFound):
    """A span that is no row of whole quarters: sums are kept, and figures given, per quarter."""

    message = N_("“%(text)s” is geen kwartaal of jaar. Schrijf bijvoorbeeld 2026-Q3 of 2026.")
