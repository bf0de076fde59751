"""Refusals of the proof."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class BooksUnsound(RuleBroken):
    """The nightly verification found a fault."""

    message = N_("De boeken kloppen niet: %(faults)s. Draai cwb ledger verify en waarschuw de beheerder.")
