"""Who decides what of local money, when it carries, and how anybody counts it after. Numbers: the project's rules.

Secret: who voted and how many votes there are of each kind are kept apart, as in `coops.votes`.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

from coops.ballots import errors
from coops.votes.rules import Choice, Outcome, Tally
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.conditions.rules import NOTICE

LEAST_AMOUNT = 1_00
DAYS = (7, 28)
"""Shortest and longest time to vote."""


class Kind(StrEnum):
    """What is decided: residents on the fund; who uses the money on its rules."""

    FUND = "fund"
    RULES = "rules"


KIND_NAMES = {Kind.FUND: N_("Wat het fonds betaalt"), Kind.RULES: N_("Regels van het geld")}


class Terms(NamedTuple):
    """When a vote counts: per cent of all who may vote, per cent of for and against to be passed, and least votes."""

    quorum_percent: int
    over_percent: int
    least: int
    days: int


TERMS = {Kind.FUND: Terms(10, 50, 5, 14), Kind.RULES: Terms(25, 50, 3, 14)}
"""Of fewer votes than `least` nothing is published: they would not be secret."""


class State(StrEnum):
    """Where a vote stands; derived, never stored."""

    OPEN = "open"
    COUNTING = "counting"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STATE_NAMES = {
    State.OPEN: N_("stemming open"), State.COUNTING: N_("wordt geteld"), State.CLOSED: N_("geteld"),
    State.WITHDRAWN: N_("ingetrokken"),
}  # fmt: skip


class Standing(Protocol):
    """What the state is derived from."""

    closes_at: datetime
    closed_at: datetime | None
    withdrawn_at: datetime | None


def state_of(ballot: Standing, at: datetime) -> State:
    """The state at an instant; the closing instant itself is over."""
    if ballot.withdrawn_at is not None:
        return State.WITHDRAWN
    if ballot.closed_at is not None:
        return State.CLOSED
    return State.OPEN if at < ballot.closes_at else State.COUNTING


def check_proposal(amount: int, there: Money, days: int) -> None:
    """Whether this may be proposed.

    Raises:
        AmountWrong, TermWrong: at the field.
    """
    if not LEAST_AMOUNT <= amount <= there.minor:
        raise errors.AmountWrong(there=f"€ {there.plain().replace('.', ',')}", field="amount")
    if not DAYS[0] <= days <= DAYS[1]:
        raise errors.TermWrong(least=DAYS[0], most=DAYS[1], field="days")


def check_roll(voters: int, terms: Terms) -> None:
    """Whether enough people may vote.

    Raises:
        TooFewVoters.
    """
    if voters < terms.least:
        raise errors.TooFewVoters(least=terms.least)


def check_start(starts_on: date, closes_on: date) -> None:
    """Whether rules can still be adopted with all days of notice after their vote.

    Raises:
        StartsTooSoon.
    """
    if starts_on < closes_on + NOTICE + timedelta(days=1):
        raise errors.StartsTooSoon


def outcome(tally: Tally, voters: int, terms: Terms) -> Outcome:
    """What became of it. Who abstains counts for the quorum, not for the majority; a tie carries nothing."""
    if tally.total < terms.least or tally.total * 100 < terms.quorum_percent * voters:
        return Outcome.NO_QUORUM
    said = tally.votes_for + tally.against
    return Outcome.CARRIED if tally.votes_for * 100 > terms.over_percent * said else Outcome.REJECTED


def result_of(facts: Mapping[str, Any], text: str, tally: Tally, voters: int, terms: Terms) -> dict[str, Any]:
    """The result as it is sealed. Counts of fewer votes than `least` are left out."""
    shown = tally.total >= terms.least
    return {
        **facts, "text_sha256": sha256(text.encode()).hexdigest(), "voters": voters,
        "quorum_percent": terms.quorum_percent, "over_percent": terms.over_percent, "least": terms.least,
        "voted": tally.total if shown else None,
        "votes": {choice.value: count for choice, count in zip(Choice, tally, strict=True)} if shown else None,
        "outcome": outcome(tally, voters, terms).value,
    }  # fmt: skip


def recomputed(result: Mapping[str, Any], text: str) -> bool:
    """Whether a sealed result follows from its own counts, its terms and the text that was voted on."""
    terms = Terms(result["quorum_percent"], result["over_percent"], result["least"], 0)
    tally = Tally.of(result["votes"] or {})
    return bool(
        result["text_sha256"] == sha256(text.encode()).hexdigest()
        and result["outcome"] == outcome(tally, result["voters"], terms).value
        and result["voted"] == (tally.total if result["votes"] else None)
        and tally.total <= result["voters"]
    )


def check_open(ballot: Standing, at: datetime) -> None:
    """Whether one may vote now.

    Raises:
        BallotClosed.
    """
    if state_of(ballot, at) is not State.OPEN:
        raise errors.BallotClosed


def check_payment(*, carried: bool, paid: bool, proposed_by_id: int, actor_id: int) -> None:
    """Whether it may be paid, by this person.

    Raises:
        NotCarried, PaidBefore, AnotherPays.
    """
    if not carried:
        raise errors.NotCarried
    if paid:
        raise errors.PaidBefore
    if proposed_by_id == actor_id:
        raise errors.AnotherPays
