"""Two people see what proves a place (domain/spend.md, grades E2 to E4): the second says where it saw it itself."""

from enum import StrEnum

from ledger.witnesses.errors import NoteTooShort, OwnSighting, SightingAnswered

LEAST_NOTE, MOST_NOTE = 10, 500


class About(StrEnum):
    """What was seen: a paper about the place of one supplier, or an extract of the register."""

    ADDRESS = "address"
    EXTRACT = "extract"


def check_answer(*, said_by_id: int, answered: bool, actor_id: int, note: str) -> str:
    """What a second person says, cleaned.

    Raises:
        OwnSighting: the same person. SightingAnswered: it was answered. NoteTooShort: at the field.
    """
    if said_by_id == actor_id:
        raise OwnSighting
    if answered:
        raise SightingAnswered
    text = note.strip()
    if not LEAST_NOTE <= len(text) <= MOST_NOTE:
        raise NoteTooShort(field="note")
    return text
