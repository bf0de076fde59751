"""What the buying calendar tells the storeys above it, in the same transaction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NeedPosted:
    """A need was put on the calendar."""

    need_id: int


@dataclass(frozen=True, slots=True)
class NeedChanged:
    """What a need says was changed."""

    need_id: int


@dataclass(frozen=True, slots=True)
class NeedWithdrawn:
    """A need was taken off the calendar, with a reason."""

    need_id: int
