"""What papers there are."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from cwb.kernel.text import N_


class PaperKind(StrEnum):
    """What a paper is."""

    STATUTES = "statutes"
    MEMBERS = "members"
    MINUTES = "minutes"
    ACCOUNTS = "accounts"
    PAY = "pay"
    OTHER = "other"


PAPERS: Mapping[str, str] = {
    PaperKind.STATUTES: N_("Statuten"),
    PaperKind.MEMBERS: N_("Ledenregister: alleen het aantal, zonder namen"),
    PaperKind.MINUTES: N_("Notulen van de laatste ledenvergadering"),
    PaperKind.ACCOUNTS: N_("Jaarrekening"),
    PaperKind.PAY: N_("Loonverklaring: alleen aantallen en bedragen, zonder namen"),
    PaperKind.OTHER: N_("Een ander stuk"),
}
"""Kind → its text."""


def wanted(there: Iterable[str]) -> str:
    """The kind that one most likely adds next, of kinds that are there: it is chosen already, so no file is lost."""
    known = set(there)
    return next((kind for kind in PAPERS if kind not in known), PaperKind.OTHER)


RESTS: Mapping[str, str] = {
    "cooperative_judgement": N_("Op dit stuk rust een oordeel over uw profiel."),
    "initiative_evidence": N_("Dit stuk toont een stap van uw initiatief aan."),
    "pay_statement": N_("Dit stuk hoort bij een loonverklaring."),
}
"""What stands on a paper, by the table that names it."""


def rests(table: str | None) -> str:
    """What stands on a paper, as a text."""
    return RESTS.get(table or "", N_("Iets anders in dit systeem verwijst naar dit stuk."))


MOST_PAPERS = 30
"""Papers of one organisation at the same time (own choice)."""
