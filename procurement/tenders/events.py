"""What a tender tells the subjects above it, in the same transaction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """A step of a draft was saved; its tender is locked."""

    tender_id: int


@dataclass(frozen=True, slots=True)
class TenderPublished:
    """A tender went public."""

    tender_id: int


@dataclass(frozen=True, slots=True)
class DeadlineMoved:
    """The closing moment went to a later one (rectificatie)."""

    tender_id: int


@dataclass(frozen=True, slots=True)
class NotaPublished:
    """Answers were published to everyone."""

    tender_id: int
    nota_id: int


@dataclass(frozen=True, slots=True)
class TenderCancelled:
    """A published tender was stopped, with a reason."""

    tender_id: int


@dataclass(frozen=True, slots=True)
class TenderAmended:
    """The content of a published tender changed (rectificatie)."""

    tender_id: int
    amendment_id: int


@dataclass(frozen=True, slots=True)
class TenderUnsuccessful:
    """A published tender ended without a result, with a reason."""

    tender_id: int
