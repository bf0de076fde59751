"""Who proposes, votes, and does what was decided."""

from cwb.kernel.policy import SIGNED_IN, Action, Actor, Role

VOTE = Action("ballots.vote", SIGNED_IN)
"""Propose and vote; whether one may is in the roll."""

RUN = Action.of("ballots.run", Role.PROGRAMME)
"""Put rules to the vote, pay out, take a result over."""


def may(actor: Actor, action: Action) -> bool:
    """By the roles of the action."""
    return action.open_to(actor)


def votes_for(actor: Actor) -> int | None:
    """The organisation for which the actor votes; None: only for oneself."""
    return actor.organisation_id if actor.has(Role.BOARD) else None
