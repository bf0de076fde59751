"""Who may do what: the actor, and actions that name the roles they are open to."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person does for an organisation. One mandate carries one role."""

    PURCHASER = "purchaser"
    ASSESSOR = "assessor"
    MEMBER = "cooperative_member"
    FELLOW = "cooperative_fellow"
    BOARD = "cooperative_board"
    RESIDENT = "resident"
    PROGRAMME = "programme"
    COACH = "coach"
    ALLIANCE = "alliance_board"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    BID_HELPER = "bid_helper"
    INVOICE_HELPER = "invoice_helper"
    REGISTER_HELPER = "register_helper"


SECOND_FACTOR_ROLES = frozenset({
    Role.PURCHASER, Role.ASSESSOR, Role.PROGRAMME, Role.ALLIANCE, Role.ADMINISTRATOR,
})  # fmt: skip
"""Roles that sleep until the second factor is given (house rule; OWASP ASVS 5.0, 6.3.3)."""

HELPERS = frozenset({Role.BID_HELPER, Role.INVOICE_HELPER, Role.REGISTER_HELPER})
"""Roles of who helps a cooperative until a day, without belonging to it: none of them binds it."""

SIGNED_IN = frozenset(Role)
"""Every role. An action open to all of them is open to whoever signed in, also while a role still sleeps."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person acting for one organisation.

    `organisation_id` is None for somebody without a mandate, who acts as a resident. `roles` are those held in
    that organisation; `sleeping` are those that wait for the second factor and give no right until then.
    """

    user_id: int
    name: str
    organisation_id: int | None = None
    organisation_name: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    sleeping: frozenset[Role] = field(default_factory=frozenset)

    @property
    def helps(self) -> bool:
        """Whether the actor helps this organisation, so that what they do is written down for its board."""
        return not self.roles.isdisjoint(HELPERS)

    def has(self, *roles: Role) -> bool:
        """Whether any of these roles is held."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Action:
    """Something a page or command does, and the roles it is open to; whose subject it is, `may` decides.

    `helped`: of what is open to whoever signed in, the roles of helpers who do it for the organisation they help.
    """

    name: str
    roles: frozenset[Role]
    helped: frozenset[Role] = frozenset()

    @classmethod
    def of(cls, name: str, *roles: Role) -> "Action":
        """An action open to these roles."""
        return cls(name, frozenset(roles))

    def open_to(self, actor: Actor | None) -> bool:
        """Whether the actor holds one of the roles."""
        return actor is not None and (self.roles == SIGNED_IN or actor.has(*self.roles))

    def sleeps_for(self, actor: Actor | None) -> bool:
        """Whether the actor holds one of the roles but still owes the second factor."""
        return actor is not None and not self.roles.isdisjoint(actor.sleeping)
