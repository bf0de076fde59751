"""What other subjects may hear about people."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class UserErased:
    """Somebody's account was erased; listeners forget what they hold about `user_id` (and `person_id`)."""

    user_id: int
    person_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class MandateEnded:
    """A user no longer holds `role` in `organisation_id`."""

    user_id: int
    organisation_id: int
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrganisationRegistered:
    """A new organisation is here."""

    organisation_id: int
    at: datetime
