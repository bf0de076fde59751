"""What orders under frameworks tell the subjects above them, in the same transaction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderAgreed:
    """A supplier took an order without competition: from now on it binds both."""

    call_off_id: int
